<html>
<head><title>Call me</title></head>
<body>
<?php
# The PBX, and who we are there.
$strHost = "10.0.0.5";
$strUser = "webcall";
#$strUser = "admin";
$strSecret = "s3cret-of-the-page"; // manager.conf
$strChannel = "SIP/100";
$strContext = "from-internal";
$strWaitTime = "30";
$strPriority = "1";
$strMaxRetry = "2";
$strExten = $_POST['txtphonenumber'];
$strCallerId = "Web Call $strExten";
if (is_numeric($strExten)) {
    $oSocket = fsockopen($strHost, 5038, $errno, $errstr, 20) or die("Channel: none\r\n");
    fputs($oSocket, "Action: login\r\n");
    fputs($oSocket, "Events: off\r\n");
    fputs($oSocket, "Username: $strUser\r\n");
    fputs($oSocket, "Secret: $strSecret\r\n\r\n");
    fputs($oSocket, "Action: originate\r\n");
    fputs($oSocket, "Channel: $strChannel\r\n");
    fputs($oSocket, "WaitTime: $strWaitTime\r\n");
    fputs($oSocket, "CallerId: $strCallerId\r\n");
    fputs($oSocket, "MaxRetry: $strMaxRetry\r\n");
    fputs($oSocket, "Exten: $strExten\r\n");
    fputs($oSocket, "Context: $strContext\r\n");
    fputs($oSocket, "Priority: $strPriority\r\n\r\n");
    fputs($oSocket, "Action: Logoff\r\n\r\n");
    fclose($oSocket);
}
?>
<p>Username: nobody<br>Calling <?= htmlspecialchars($strExten) ?>, please wait.</p>
</body>
</html>
