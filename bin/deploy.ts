import { deploy } from '../deploy/deploy';

void deploy(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
