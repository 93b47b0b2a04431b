<?php
return [
    'asterisk' => [
        'host' => env('ASTERISK_HOST', '10.1.2.3'),
        'port' => env('ASTERISK_PORT', 5038),
        'username' => env('ASTERISK_USER', 'laravel'),
        'secret' => env('ASTERISK_SECRET'),
        'origin' => '1003',
        'context' => 'default',
    ],
];
