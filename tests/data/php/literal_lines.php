<?php
    // Everything stands where it is sent.
    $asterisk_ip = "127.0.0.1";
    $socket = fsockopen( $asterisk_ip, "5038", $errno, $errstr, 10 );
    fputs( $socket, "Action: Login\r\n" );
    fputs( $socket, "UserName: clickadmin\r\n" );
    fputs( $socket, "Secret: mypasswd\r\n\r\n" );
    fputs( $socket, "Action: Originate\r\n" );
    fputs( $socket, "Channel: local/204@crm\r\n" );
    fputs( $socket, "Exten: ".$data['number']."\r\n" );
    fputs( $socket, "Context: workshop\r\n" );
    fputs( $socket, "Priority: 1\r\n" );
    fputs( $socket, "Account: crm\r\n" );
    fputs( $socket, "Timeout: 15000\r\n" );
    fputs( $socket, "Async: yes\r\n\r\n" );
    $answer = fgets( $socket, 128 );
