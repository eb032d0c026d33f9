/** Whatever ends the process that started us, SIGKILL too, closes this pipe, and the service does not go on alone. */
process.stdin.resume().on('end', () => process.kill(process.pid, 'SIGTERM'));
