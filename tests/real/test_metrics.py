"""GET …/metrics through every web server, as Prometheus reads it, and what a click changes in it.

Read by Prometheus' own parser, from its Python client.
"""

import signal
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ami_peer import closed_port
from asterisk import Asterisk
from chaos import click, config_for
from program import BINARY, JSON, write_config
from servers import GATEWAYS, gateway

COUNTED = {"click2call_answers", "click2call_place_seconds", "process_start_time_seconds"}
ONE_PROCESS = [name for name in GATEWAYS if name not in ("cgi", "apache-cgid", "apache-fcgid")]


@pytest.fixture(scope="module")
def pbx():
    with Asterisk(22) as running:
        yield running


def scrape(g):
    """The families by name, whose types and samples are as Prometheus wants them."""
    answer = g.request(path="/click2call/metrics")
    assert answer.status == 200, f"{answer}\n{g.last_words()}"
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    families = list(text_string_to_metric_families(answer.text()))
    assert all(family.documentation and family.type != "unknown" for family in families)
    assert len({family.name for family in families}) == len(families)
    return {family.name: family for family in families}


def value(families, family, name=None, **labels):
    (sample,) = [sample for sample in families[family].samples
                 if sample.name == (name or family) and sample.labels == labels]
    return sample.value


def answers(families):
    """How often each answer was counted, without those that were not."""
    return {sample.labels["code"]: sample.value
            for sample in families["click2call_answers"].samples if sample.value}


def in_the_histogram(families):
    return value(families, "click2call_place_seconds", "click2call_place_seconds_count")


@pytest.mark.parametrize("name", GATEWAYS)
def test_it_is_read_through_every_web_server_and_knows_the_pbx(name, pbx, tmp_path):
    with gateway(name, BINARY, config_for(tmp_path, pbx)) as g:
        families = scrape(g)
        (build,) = families["click2call_build_info"].samples
        assert (set(build.labels), build.value) == ({"version"}, 1)
        assert value(families, "click2call_pbx_up", pbx="main") == 1
        for right in ("originate", "hangup", "status"):
            assert value(families, "click2call_pbx_right", pbx="main", right=right) == 1
        assert value(families, "click2call_open_calls", pbx="main") == 0
        assert COUNTED & set(families) == (set() if name in ("cgi", "apache-cgid") else COUNTED)
        assert g.request("HEAD", "/click2call/metrics").status == 200
        assert g.request("POST", "/click2call/metrics").status == 405


@pytest.mark.parametrize("name", ONE_PROCESS)
def test_a_click_counts_once(name, pbx, tmp_path):
    with gateway(name, BINARY, config_for(tmp_path, pbx)) as g:
        begin = scrape(g)
        assert answers(begin) == {} and in_the_histogram(begin) == 0
        assert abs(value(begin, "process_start_time_seconds") - time.time()) < 60
        assert click(g).status == 201, g.last_words()
        one = scrape(g)
        assert answers(one) == {"PLACED": 1} and in_the_histogram(one) == 1
        assert click(g, to=1006, caller="x").status == 422
        assert answers(scrape(g)) == {"PLACED": 1, "INVALID_PHONE_NUMBER": 1}
    pbx.witness.hang_up_all()


def test_what_was_counted_outlives_a_new_configuration(pbx, tmp_path):
    with gateway("nginx", BINARY, config_for(tmp_path, pbx)) as g:
        assert click(g).status == 201, g.last_words()
        begin = value(scrape(g), "process_start_time_seconds")
        text = g.home.config.read_text("utf-8")
        g.home.config.write_text(text.replace('name = "main"', 'name = "other"'), "utf-8")
        g.program.signal(signal.SIGHUP)
        later = time.monotonic() + 10
        while scrape(g)["click2call_pbx_up"].samples[0].labels != {"pbx": "other"}:
            assert time.monotonic() < later, g.last_words()
        after = scrape(g)
        assert answers(after) == {"PLACED": 1}
        assert value(after, "process_start_time_seconds") == begin
    pbx.witness.hang_up_all()


def test_a_pbx_that_is_down_is_0_and_a_click_is_counted_as_that(tmp_path):
    odd = 'quote " backslash \\ Zürich'
    with closed_port() as port:
        config = write_config(tmp_path, port)
        config.write_text(config.read_text("utf-8").replace('name = "main"', f"name = '{odd}'"),
                          "utf-8")
        with gateway("nginx", BINARY, config) as g:
            assert g.request(query="to=1006", headers=JSON).status == 503
            families = scrape(g)
            assert value(families, "click2call_pbx_up", pbx=odd) == 0
            assert "click2call_pbx_right" not in families
            assert answers(families) == {"PBX_UNAVAILABLE": 1}


@pytest.mark.parametrize("name", ["cgi", "nginx"])
def test_without_the_module_the_log_says_which_file_is_missing(name, tmp_path):
    with closed_port() as port, gateway(name, BINARY, write_config(tmp_path, port)) as g:
        module = g.home.binary.parent / "modules" / "metrics.so"
        module.unlink()
        answer = g.request(path="/click2call/metrics", headers=JSON)
        assert (answer.status, answer.json()["code"]) == (500, "INTERNAL")
        assert str(module) in g.log() and str(module) not in answer.everything()
