<?
error_reporting(E_ALL);
$strUser = "user123"; #the manager's user
$strSecret = "pass123";
$ext = $_REQUEST['exten'];
$strChannel = "SIP/".$ext;
$strContext = $_REQUEST['context'];
$strPriority = "1";
if (isset($_GET['number'])) {
    $number = strtolower($_GET['number']);
} elseif (isset($_GET['phone'])) {
    $number = strtolower($_GET['phone']);
}
$number = str_replace("-", "", $number);
$strCallerId = "Web Call $number <$number>";
$oSocket = fsockopen("localhost", 5038, $errno, $errstr, 20);
fputs($oSocket, "Action: login\r\n");
fputs($oSocket, "Username: $strUser\r\n");
fputs($oSocket, "Secret: $strSecret\r\n\r\n");
fputs($oSocket, "Action: originate\r\n");
fputs($oSocket, "Channel: $strChannel\r\n");
fputs($oSocket, "CallerId: $strCallerId\r\n");
fputs($oSocket, "Exten: $number\r\n");
fputs($oSocket, "Context: $strContext\r\n");
fputs($oSocket, "Priority: $strPriority\r\n\r\n");
echo "Extension $ext should be calling $number.";
