<?php
/* Click to call
 * define('AMI_HOST', 'an.old.host');
 */
define('DB_HOST', 'localhost');
define('DB_USER', 'crm');
define('DB_PASS', 'not this one');

defined('AMI_HOST') or define('AMI_HOST', getenv('AMI_HOST') ?: '127.0.0.1');
define('AMI_PORT', 5038);
define("AMI_USER", "crm-dialer");
define('AMI_PASS', 'pa#ss "quoted" \\ it\'s');
define('DIAL_CONTEXT', 'outgoing');
define('DIAL_TIMEOUT', 25000);
const ORIGIN_EXTEN = '1003';
const CALLER_ID = "Zoë Müller <1003>";

$number = preg_replace('/[^0-9+]/', '', $_GET['number']);
$socket = stream_socket_client("tcp://" . AMI_HOST . ":" . AMI_PORT, $errno, $errstr, 5);
fwrite($socket, "Action: Login\r\nUsername: " . AMI_USER . "\r\nSecret: " . AMI_PASS . "\r\n\r\n");
fwrite($socket, "Action: Originate\r\n"
    . "Channel: PJSIP/" . ORIGIN_EXTEN . "\r\n"
    . "Context: " . DIAL_CONTEXT . "\r\n"
    . "Exten: $number\r\n"
    . "Priority: 1\r\n"
    . "Timeout: " . DIAL_TIMEOUT . "\r\n"
    . "CallerID: " . CALLER_ID . "\r\n"
    . "Async: yes\r\n\r\n");
echo strpos(fread($socket, 4096), 'Success') !== false ? "Call initiated" : "Error";
