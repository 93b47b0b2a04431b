#!/usr/bin/python3
"""seeds.py FOLDER: what each target begins with, in FOLDER/TARGET/: the sessions that were recorded
from Asterisk (tests/data/ami), and a few inputs as they should be. Parts are set apart by 0x1e."""

import base64
import re
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
CALL_ID = "c2c-01ARYZ6S410000000000000001"
SUCCESS = "Response: Success\r\nActionID: {}\r\nMessage: {}\r\n\r\n"
EVENT = "Event: {}\r\nUniqueid: " + CALL_ID + "\r\n{}\r\n\r\n"


def recorded(name):
    """What Asterisk said in a recorded session, in turns, with our ids."""
    text = (TESTS / "data/ami" / name).read_text("utf-8")
    asked = re.search(r"^> ChannelId: (\S+)", text, re.M)
    if asked:
        text = text.replace(asked[1], CALL_ID)
    text = re.sub(r"ActionID: (login-1|l-1)$", "ActionID: c2c-login", text, flags=re.M)
    turns = re.split(r"(?:^> .*\n|^> *$)+", text, flags=re.M)
    said = ["".join(line[2:] + "\r\n" for line in turn.splitlines() if line.startswith("< "))
            for turn in turns]
    return [turn for turn in said if turn]


def pbx_seeds():
    readers, dials, events = [], [], []
    for file in sorted((TESTS / "data/ami").glob("*.txt")):
        turns = recorded(file.name)
        whole = "".join(turns)
        if len(whole) < 6000:  # long ones teach a reader nothing more, and take their time
            readers.append(["\7\1\50", whole])
        if "-call-" in file.name and len(whole) < 20000:
            events.append([whole.partition("\r\n")[2]])
            dials.append([step for turn in turns for step in ("s" + turn, "h")])
    readers += [["\200", "Asterisk Call Manager/5.0.4\r\n" + "x" * 17000 + "\r\n"],
                ["", "Asterisk Call Manager/5.0.4\r\n" + "a: b\r\n" * 257 + "\r\n"],
                ["\1", "Asterisk Call Manager/5.0.4\r\n" + SUCCESS.format("c2c-challenge", "x")
                 .replace("Message", "Challenge") + SUCCESS.format("c2c-login", "ok")]]
    queued = "s" + SUCCESS.format(CALL_ID, "Originate successfully queued")
    ringing = "s" + EVENT.format("Newstate", "ChannelStateDesc: Ringing")
    down = "sResponse: Error\r\nActionID: %s\r\nMessage: Asterisk is shutting down\r\n\r\n" % CALL_ID
    dials += [["l", "h", queued, ringing], ["l", "t\40", "r", "b", "l", "h", queued, ringing],
              ["l", "h", down, "b", "l", "h", queued], ["c", "b", "l", "i\1", "h", "p\62", queued],
              ["l", "h", "r", "b", "l", "h", queued], ["p\310", "b", "l", "h", "p\310"],
              ["l", "h", "h", "s" + SUCCESS.format("c2c-rights", "x") +
               EVENT.format("Status", "ActionID: c2c-status-1") + "Event: StatusComplete\r\n\r\n"]]
    return {"reader": readers, "dial": dials, "events": events}


def request_seeds():
    get = ["REQUEST_METHOD=GET", "SCRIPT_NAME=/click2call", "REMOTE_ADDR=10.0.0.7"]
    post = ["REQUEST_METHOD=POST", *get[1:]]
    form = "CONTENT_TYPE=application/x-www-form-urlencoded"
    json = ["PATH_INFO=/calls", "CONTENT_TYPE=application/json", "HTTP_ACCEPT=application/json"]
    creation = ('{"caller": {"number": "1003"}, "callee": {"number": "+447700900000"}, '
                '"sink": "https://crm.example/hook?a=b", "sinkCredential": {"credentialType": '
                '"ACCESSTOKEN", "accessToken": "abc", "accessTokenExpiresUtc": '
                '"2027-01-01T00:00:00.5+01:00", "accessTokenType": "bearer"}}')
    return [
        ["\0", *get, "QUERY_STRING=to=1006&format=json&key=k1&return=/crm%3Fid=7", "", ""],
        ["\0", *get, "QUERY_STRING=to=tel:%2B49-89-1234567;phone-context=x&from=1004", "",
         ""],
        ["\1", *get, "QUERY_STRING=number=10+06", "HTTP_USER_AGENT=Mozilla/5.0",
         "HTTP_ACCEPT=text/html,*/*;q=0.8", "HTTP_REFERER=http://a.example/x", "HTTP_HOST=a.example",
         "", ""],
        ["\0", *get, "QUERY_STRING=to=1006", "HTTP_SEC_FETCH_SITE=same-origin",
         "HTTP_SEC_FETCH_MODE=navigate", "HTTP_SEC_FETCH_DEST=document", "HTTP_SEC_FETCH_USER=?1",
         "HTTP_SEC_PURPOSE=prefetch", "", ""],
        ["\0", *post, form, "REMOTE_USER=alice", "", "to=1006&from=1013&format=html&token=abc"],
        ["\2", *get, "PATH_INFO=/calls", "QUERY_STRING=format=csv&limit=5&before=" + CALL_ID, "", ""],
        ["\0", *get, "PATH_INFO=/calls/" + CALL_ID, "HTTP_X_CORRELATOR=x", "", ""],
        ["\0", *get, "PATH_INFO=/health", "", ""], ["\0", *get, "PATH_INFO=/style.css", "", ""],
        ["\0", *post, "PATH_INFO=/calls/" + CALL_ID + "/hangup", form, "", "token=token-1"],
        ["\0", *post, *json, "HTTP_IDEMPOTENCY_KEY=k", "", creation],
        ["\0", "REQUEST_METHOD=DELETE", *get[1:], "PATH_INFO=/calls/" + CALL_ID, "", ""],
        ["\0", *post, "CONTENT_TYPE=multipart/form-data; boundary=x", "",
         '--x\r\nContent-Disposition: form-data; name="to"\r\n\r\n1006\r\n--x--\r\n'],
        ["\0", *post, form, "", "to=" + "+" * 60000], ["\0", *get, "QUERY_STRING=" + "a&" * 4000, "", ""],
    ], creation


def token_seeds():
    times = '"iat":1795396816,"nbf":1795396816,"exp":1795400416'
    bearer = ('{"iss":"https://issuer.test","aud":["other","click2call"],"sub":"alice",'
              '"scope":"click-to-dial:calls:create a",%s}' % times)
    link = '{"aud":"click2call:link","to":"1006","from":"1003","jti":"x1",%s}' % times
    forged = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    return [['{"alg":"HS256","typ":"JWT"}', bearer, "Bearer a.b.c"], ['{"alg":"HS256"}', link, "x"],
            ['{"alg":"HS256","crit":["b64"]}', link, forged + ".e30."],
            ['{"alg":"RS256"}', bearer, forged + "." + forged + "." + forged]]


def config_seeds():
    shipped = (TESTS.parent / "conf/click2call.toml").read_text("utf-8")
    everything = re.sub(r"^# (?=\w+ = )", "", shipped, flags=re.M)
    one = shipped.replace('"change me"', '"s3cr3t-of-the-pbx"')
    least = ('[[pbx]]\nusername = "u"\nsecret = "s3cr3t-of-the-pbx"\n[call]\norigin = "1003"\n'
             'caller_id = \'"{user}" <{to}>\'\nvariables = { A = "{from}" }\n[numbers]\n'
             'allow = ["_[15-7]X.", "100"]\nrewrite = [{ match = "_X.", strip = 1, prefix = "0" }]\n')
    return [["1006", least], ["1006", re.sub(r"#.*\n", "\n", one)],
            ["089123456", re.sub(r"[ \t]*#.*", "", everything)], ["1006", least + "[nowhere]\nx = 1\n"]]


def main():
    requests, creation = request_seeds()
    texts = ["/crm?id=7", "https://a.example:8443/b?c", "//evil", CALL_ID, "_[15-7]X!", "10.0.0.0/8",
             "text/html;q=0.5, application/json", "HTTP/1.1 400 Bad Request", "bücher\u2028\x9b"]
    seeds = {**pbx_seeds(), "request": requests, "tokens": token_seeds(), "config": config_seeds(),
             "actions": [["+49 (0) 89 / 123-45", "1003", "Älice <1>"], ["tel:1006;x=y", "*97", "a,b"],
                         [" 498912345678", "#1", "$(reboot)"], ["a\r\nAction: x", "1003\0", ""]],
             "pages": [["\3\5", *["<b a=\"1\">'&\x80\u20ac"] * 14], ["\0\0", "=1+1", "+49", "@a,\"b\""]],
             "text": [[text, "a.example", "/click2call"] for text in texts] + [[creation, "", ""]]}
    for target, inputs in seeds.items():
        folder = Path(sys.argv[1], target)
        folder.mkdir(parents=True, exist_ok=True)
        for number, parts in enumerate(inputs):
            (folder / f"{number:03}").write_bytes("\x1e".join(parts).encode())


if __name__ == "__main__":
    main()
