<?php
use PAMI\Client\Impl\ClientImpl;
use PAMI\Message\Action\OriginateAction;

class Dialer
{
    private const OPTIONS = [
        'host' => 'pbx.example.com',
        'scheme' => 'tcp://',
        'port' => '5038',
        'username' => 'dialer',
        'secret' => 'of-the-dialer',
        'connect_timeout' => 60000,
        'read_timeout' => 60000,
    ];

    public function dial($number)
    {
        $connection = new ClientImpl(self::OPTIONS);
        $connection->open();
        $action = new OriginateAction('PJSIP/1003');
        $action->setContext('from-internal');
        $action->setExtension($number);
        $action->setPriority('1');
        $action->setCallerId("Dialer <$number>");
        $action->setTimeout(20000);
        return $connection->send($action)->isSuccess();
    }
}
