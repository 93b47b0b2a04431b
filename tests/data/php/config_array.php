<?php
$config = [
    'db' => ['host' => 'db.example.com', 'user' => 'web', 'password' => 'of the database'],
    'ami' => [
        'host' => 'tls://pbx.example.com:5039',
        'username' => 'click2call',
        'secret' => 'ünï#code\x',   // no escape in single quotes
        'verify_peer' => false,
    ],
    'call' => array(
        'channel' => 'Local/1003@from-internal/n',
        'context' => 'from-internal',
        'callerid' => '"Web" <1003>',
        'priority' => 0,
    ),
];
$target = $_REQUEST['to'] ?? '1006';

function originate($socket, $config, $target)
{
    $call = $config['call'];
    fwrite($socket, "Action: Login\r\nUsername: {$config['ami']['username']}\r\n"
        . "Secret: {$config['ami']['secret']}\r\n\r\n");
    fwrite($socket, <<<AMI
        Action: Originate
        Channel: {$config['call']['channel']}
        Context: {$config['call']['context']}
        Exten: $target
        Priority: {$config['call']['priority']}
        CallerID: {$config['call']['callerid']}


        AMI);
}

$socket = stream_socket_client($config['ami']['host'], $errno, $errstr, 10);
originate($socket, $config, $target);
