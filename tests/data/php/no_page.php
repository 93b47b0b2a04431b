<html><body><?php echo "Hello"; ?></body></html>
