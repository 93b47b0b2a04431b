<?php
// The old way, done right: what bench.py compares click2call with.
//
// One page, one call. It reads all that Asterisk says before it goes on, believes only the answer
// to its own action, waits for nothing for ever, and tells the browser what the PBX has said. No
// framework, no library: PHP can hardly do the same with less.

declare(strict_types=1);

const DEADLINE_S = 10.0;

/** Something went wrong, and the browser is to know it. */
final class Trouble extends Exception
{
}

/** One session with the manager interface of Asterisk. */
final class Manager
{
    /** @var resource */
    private $stream;
    private float $deadline;

    public function __construct(string $host, string $port)
    {
        $this->deadline = microtime(true) + DEADLINE_S;
        $stream = @stream_socket_client("tcp://$host:$port", $number, $why, 2.0);
        if ($stream === false) {
            throw new Trouble("no connection to the PBX: $why", 503);
        }
        $this->stream = $stream;
        if (!str_starts_with($this->line(), 'Asterisk Call Manager/')) {
            throw new Trouble('what answers there is not Asterisk', 503);
        }
    }

    /** Sends one action and returns the answer to it; events that come between are not for us. */
    public function ask(string $action, string $id, array $headers): array
    {
        $this->say($action, ['ActionID' => $id] + $headers);
        do {
            $message = $this->message();
        } while (!isset($message['response']) || ($message['actionid'] ?? '') !== $id);
        return $message;
    }

    private function say(string $action, array $headers): void
    {
        $text = "Action: $action\r\n";
        foreach ($headers as $name => $value) {
            if (strpbrk($value, "\r\n") !== false) {
                throw new Trouble("a line break in $name", 400);
            }
            $text .= "$name: $value\r\n";
        }
        if (@fwrite($this->stream, "$text\r\n") !== strlen($text) + 2) {
            throw new Trouble('the PBX has closed the connection', 503);
        }
    }

    /** What the PBX has answered stays true, whether it hears this or not. */
    public function close(): void
    {
        @fwrite($this->stream, "Action: Logoff\r\n\r\n");
        fclose($this->stream);
    }

    /** Headers by their names in small letters, up to the blank line. */
    private function message(): array
    {
        $headers = [];
        while (($line = $this->line()) !== '') {
            [$name, $value] = explode(':', $line, 2) + [1 => ''];
            $headers[strtolower($name)] ??= ltrim($value);
        }
        return $headers;
    }

    private function line(): string
    {
        $left = $this->deadline - microtime(true);
        if ($left <= 0) {
            throw new Trouble('no answer from the PBX', 503);
        }
        stream_set_timeout($this->stream, (int) $left, (int) (fmod($left, 1) * 1e6));
        $line = fgets($this->stream);
        if ($line === false || !str_ends_with($line, "\n")) {
            throw new Trouble('no answer from the PBX', 503);
        }
        return rtrim($line, "\r\n");
    }
}

function setting(string $name): string
{
    $value = getenv($name);
    return $value !== false ? $value : throw new Trouble("$name is not set", 500);
}

function place_call(string $to, string $id): void
{
    $manager = new Manager(setting('AMI_HOST'), setting('AMI_PORT'));
    $login = $manager->ask('Login', "$id-login", [
        'Username' => setting('AMI_USER'),
        'Secret' => setting('AMI_SECRET'),
        'Events' => 'off',
    ]);
    if ($login['response'] !== 'Success') {
        throw new Trouble('the PBX refuses the login', 502);
    }
    $call = [
        'Channel' => setting('CALL_CHANNEL'),
        'Context' => setting('CALL_CONTEXT'),
        'Exten' => $to,
        'Priority' => '1',
        'CallerID' => "\"Click to call\" <$to>",
        'Timeout' => '30000',
        'Async' => 'true',
        'ChannelId' => $id,
    ];
    try {
        $answer = $manager->ask('Originate', $id, $call);
    } catch (Trouble $trouble) {
        throw new Trouble('sent, and no answer came: look at your phone', 504);
    }
    $manager->close();
    if ($answer['response'] !== 'Success') {
        throw new Trouble('the PBX refuses the call: ' . ($answer['message'] ?? ''), 502);
    }
}

$status = 201;
try {
    $to = $_GET['to'] ?? '';
    if (!is_string($to) || !preg_match('/\A[0-9]{2,6}\z/', $to)) {
        throw new Trouble('to is not a number that may be called', 400);
    }
    $id = 'php-' . bin2hex(random_bytes(13));
    place_call($to, $id);
    $answer = ['callId' => $id, 'callee' => ['number' => $to], 'status' => 'queued'];
} catch (Trouble $trouble) {
    $status = $trouble->getCode();
    $answer = ['status' => $status, 'message' => $trouble->getMessage()];
}
http_response_code($status);
header('Content-Type: application/json');
header('Cache-Control: no-store');
echo json_encode($answer, JSON_INVALID_UTF8_SUBSTITUTE), "\n";
