<?php
declare(strict_types=1);

final class ClickToCall
{
    private string $host = '192.168.1.10';
    private $port = 8088;
    private $transport = 'tcp';
    private bool $useWebSocket = true;
    protected $user = "click";
    protected $secret = "click";
    private $origin = '1003';
    private $context = 'internal';
    private $callerId = 'Click <{$number}>';
    private const PRIORITY = 1;

    public function call(string $number): string
    {
        $port = $this->port . ($this->useWebSocket ? '/ws' : '');
        $socket = fsockopen($this->transport . '://' . $this->host, (int) $this->port);
        $this->send($socket, "Action: Login\r\nUsername: $this->user\r\nSecret: {$this->secret}\r\n\r\n");
        $this->send($socket, "Action: Originate\r\nChannel: PJSIP/{$this->origin}\r\n" .
            "Context: {$this->context}\r\nExten: $number\r\nPriority: " . self::PRIORITY . "\r\n" .
            "CallerID: $number\r\nWaitTime: 20\r\nMaxRetry: 1\r\n\r\n");
        return strpos(fgets($socket), 'Success') === false ? 'Error' : 'Success';
    }
}
?>
