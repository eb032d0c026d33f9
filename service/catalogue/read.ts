import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Settings } from 'typebox/system';
import { Value } from 'typebox/value';
import { type Config, ConfigError } from '../config';
import { defaultCatalogueFile } from '../contract';
import { chargeBounds, supportedCurrencies } from '../ledger/money';
import { Catalogue } from './catalogue';
import { type CatalogueContent, catalogueFileSchema } from './schema';

type CatalogueConfig = Pick<Config, 'foreignSessions' | 'foreignUserKeys' | 'environmentName'>;

/**
 * Reads and checks the catalogue.
 * @param file a path, from the folder that the process was started in; the default is found wherever that is
 * @throws ConfigError with all faults at once, each with its place in the file and its fix
 */
export function readCatalogue(file: string, config: Partial<CatalogueConfig> = {}): Catalogue {
  const text = readText(file);
  const version = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return catalogueOf(checkCatalogue(text, `CATALOGUE_FILE ${file}`), version, config);
}

/** That of a store, of which nothing is known yet: see `CatalogueFollower`. */
export function catalogueOfStore(config: Partial<CatalogueConfig> = {}): Catalogue {
  return catalogueOf(undefined, '', config);
}

function catalogueOf(
  content: CatalogueContent | undefined,
  version: string,
  { foreignSessions = 'ignore', environmentName, foreignUserKeys }: Partial<CatalogueConfig>,
): Catalogue {
  const isCrediting = foreignSessions === 'credit';
  return new Catalogue(content, isCrediting, environmentName, foreignUserKeys, version);
}

/**
 * What a catalogue's text says.
 * @param name of the file or the address, for the faults
 * @throws ConfigError with all faults at once, each with its place and its fix
 */
export function checkCatalogue(text: string, name: string): CatalogueContent {
  const faults: string[] = [];
  const content = parse(text, name, faults);
  if (content !== undefined) checkTerms(content, (path, what) => faults.push(at(name, path, what)));
  if (content === undefined || faults.length > 0) throw new ConfigError(faults);
  return content;
}

/** @throws ConfigError */
function readText(file: string): string {
  try {
    return readFileSync(file === defaultCatalogueFile ? ownCatalogue() : file, 'utf8');
  } catch (error) {
    throw new ConfigError([unreadable(`CATALOGUE_FILE ${file}`, error)]);
  }
}

/** Above the sources, and above the folder that they are compiled to, wherever a process is started. */
function ownCatalogue(folder: string = __dirname): string {
  const file = join(folder, defaultCatalogueFile);
  return existsSync(file) || folder === dirname(folder) ? file : ownCatalogue(dirname(folder));
}

function unreadable(what: string, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return (
    `${what} cannot be read: ${reason}; name a JSON file that is there, as ` +
    'catalogue/default.json is'
  );
}

const faultsMax = 1_000;

type AddFault = (path: string, text: string) => void;

const at = (file: string, path: string, text: string) => `${file} at ${path || '/'}: ${text}`;

function parse(text: string, name: string, faults: string[]): CatalogueContent | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    faults.push(unreadable(name, error));
    return undefined;
  }
  if (Value.Check(catalogueFileSchema, content)) return content;
  for (const error of allErrors(content)) {
    // The object that has an unknown member says which; the member itself has nothing to add.
    if (error.message === 'schema is false') continue;
    faults.push(at(name, error.instancePath, faultOf(error, content)));
  }
  return undefined;
}

type SchemaError = ReturnType<typeof Value.Errors>[number];

/** Unlike a request's, a file's errors are all of interest; the library stops at eight. */
function allErrors(content: unknown): readonly SchemaError[] {
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: faultsMax });
  try {
    return Value.Errors(catalogueFileSchema, content);
  } finally {
    Settings.Set({ maxErrors });
  }
}

function faultOf(error: SchemaError, content: unknown): string {
  if (error.keyword === 'additionalProperties') {
    const unknown = error.params.additionalProperties.join(', ');
    return `${unknown} is not known here; take it out, or correct its spelling`;
  }
  if (error.keyword === 'required') {
    return `${error.params.requiredProperties.join(', ')} is missing; add it`;
  }
  const expected =
    error.keyword === 'enum' ? `one of ${error.params.allowedValues.join(', ')}` : error.message;
  const seen = JSON.stringify(Value.Pointer.Get(content, error.instancePath)) ?? 'missing';
  return `${seen.slice(0, 60)} does not do: ${expected.replace(/^must be (?=one)/, '')}`;
}

/** What no schema can say: that amounts can be charged, and that names are names of one thing. */
function checkTerms(content: CatalogueContent, add: AddFault): void {
  const { topups = {}, packages = [], prices = [], items = [] } = content;
  for (const [currency, terms] of Object.entries(topups)) {
    checkTopup(`/topups/${currency}`, currency, terms, add);
  }
  packages.forEach(({ currency, amountMinor }, index) => {
    const path = `/packages/${index}`;
    checkCharge(path, 'amountMinor', currency, amountMinor, add);
  });
  items.forEach(({ currency, amountMinor }, index) => {
    checkCharge(`/items/${index}`, 'amountMinor', currency, amountMinor, add);
  });
  prices.forEach(({ recurring, entitlements = [] }, index) => {
    if (recurring !== undefined || entitlements.length === 0) return;
    add(
      `/prices/${index}/entitlements`,
      'a price that is paid once entitles to nothing; add recurring, or take them out and ask ' +
        'GET /v1/account/purchases for the reference',
    );
  });
  prices.forEach(({ currency, unitAmountMinor }, index) => {
    checkCharge(`/prices/${index}`, 'unitAmountMinor', currency, unitAmountMinor, add);
  });
  checkUnique(
    '/packages',
    'id',
    packages.map(({ id }) => id),
    add,
  );
  checkUnique(
    '/items',
    'reference',
    items.map(({ reference }) => reference),
    add,
  );
  checkUnique(
    '/prices',
    'lookupKey',
    prices.map(({ lookupKey }) => lookupKey),
    add,
  );
}

function checkTopup(
  path: string,
  currency: string,
  terms: NonNullable<CatalogueContent['topups']>[string],
  add: AddFault,
): void {
  const bounds = boundsOf(path, currency, add);
  if (bounds === undefined) return;
  const minimum = BigInt(terms.minimumMinor ?? bounds.minimumMinor);
  const maximum = BigInt(terms.maximumMinor ?? bounds.maximumMinor);
  checkBetween(`${path}/minimumMinor`, minimum, bounds.minimumMinor, bounds.maximumMinor, add);
  checkBetween(`${path}/maximumMinor`, maximum, minimum, bounds.maximumMinor, add);
  (terms.presetsMinor ?? []).forEach((preset, index) => {
    checkBetween(`${path}/presetsMinor/${index}`, BigInt(preset), minimum, maximum, add);
  });
}

function checkCharge(
  path: string,
  member: string,
  currency: string,
  amountMinor: number,
  add: AddFault,
): void {
  const bounds = boundsOf(`${path}/currency`, currency, add);
  if (bounds === undefined) return;
  const { minimumMinor, maximumMinor } = bounds;
  checkBetween(`${path}/${member}`, BigInt(amountMinor), minimumMinor, maximumMinor, add);
}

function boundsOf(path: string, currency: string, add: AddFault) {
  const bounds = chargeBounds(currency);
  if (bounds === undefined) {
    add(path, `${currency} is not supported; use one of ${supportedCurrencies.join(', ')}`);
  }
  return bounds;
}

function checkBetween(
  path: string,
  amountMinor: bigint,
  minimumMinor: bigint,
  maximumMinor: bigint,
  add: AddFault,
): void {
  if (amountMinor >= minimumMinor && amountMinor <= maximumMinor) return;
  add(path, `${amountMinor} cannot be charged; set it to ${minimumMinor} to ${maximumMinor}`);
}

function checkUnique(path: string, member: string, names: readonly string[], add: AddFault): void {
  names.forEach((name, index) => {
    const first = names.indexOf(name);
    if (first === index) return;
    add(`${path}/${index}/${member}`, `${name} is that of ${path}/${first} too; rename one`);
  });
}
