import { type ParsedSecret, parseSecret } from './secrets/parse';

/** A secret's value, its ARN in Secrets Manager, or both: then the ARN is for what comes later. */
export interface SecretSource {
  readonly value: string | undefined;
  readonly arn: string | undefined;
}

/** Everything that is wrong with the configuration, each fault with its fix. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly faults: readonly string[]) {
    super(`the configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}`);
  }
}

const arn = (service: string) => new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:.+$`);

/** Reads single variables and collects what is wrong with them. An empty variable is not set. */
export class EnvironmentReader {
  readonly remarks: string[] = [];
  private readonly faults: string[] = [];
  /** Secrets such as `{"key": ""}`: there, and without a value. */
  private readonly emptySecrets = new Set<string>();

  constructor(private readonly environment: Readonly<Record<string, string | undefined>>) {}

  fault(text: string): void {
    this.faults.push(text);
  }

  throwFaults(): void {
    if (this.faults.length > 0) throw new ConfigError(this.faults);
  }

  /** A variable that is set wrongly has its own fault; this one is about none being set at all. */
  requireOne(...variables: readonly string[]): void {
    const isSet = (name: string) => this.text(name) !== undefined && !this.emptySecrets.has(name);
    if (variables.some(isSet)) return;
    this.fault(`none of ${variables.join(', ')} is set; set one of them`);
  }

  text(name: string): string | undefined {
    const value = this.environment[name]?.trim();
    return value === '' ? undefined : value;
  }

  /** A text of a certain form. @param expected what is said of one that has another */
  matching(
    name: string,
    isOfForm: (text: string) => boolean,
    expected: string,
  ): string | undefined {
    const text = this.text(name);
    if (text === undefined || isOfForm(text)) return text;
    this.fault(`${name} is ${text}; expected ${expected}`);
    return undefined;
  }

  list(name: string, fallback: readonly string[]): readonly string[] {
    const items = (this.text(name) ?? '').split(',').map((item) => item.trim());
    const named = items.filter((item) => item !== '');
    return named.length === 0 ? fallback : named;
  }

  integer(name: string, fallback: number, minimum: number, maximum: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    this.fault(`${name} is ${text}; expected a whole number from ${minimum} to ${maximum}`);
    return fallback;
  }

  /** `usd:10000, credits:5000`: amounts in minor units, by their units. */
  amounts(name: string): ReadonlyMap<string, bigint> {
    const amounts = new Map<string, bigint>();
    for (const item of this.list(name, [])) {
      const [, unit, amount] = /^([a-z]{3}|credits) *: *(\d{1,15})$/.exec(item) ?? [];
      if (unit === undefined || amount === undefined || amounts.has(unit)) {
        this.fault(
          `${name} names ${item}; expected each unit once, with an amount in minor units, such as ` +
            'usd:10000,credits:5000',
        );
      } else {
        amounts.set(unit, BigInt(amount));
      }
    }
    return amounts;
  }

  /** `{"code": "text"}`: a text for some of the names that are known. */
  texts<Name extends string>(
    name: string,
    known: readonly Name[],
  ): Readonly<Partial<Record<Name, string>>> {
    let given: unknown;
    try {
      given = JSON.parse(this.text(name) ?? '{}');
    } catch {
      given = undefined;
    }
    const entries =
      typeof given === 'object' && given !== null ? Object.entries(given) : [['', given]];
    const wrong = entries.find(
      ([each, text]) => !known.some((one) => one === each) || typeof text !== 'string',
    );
    if (wrong === undefined) return Object.fromEntries(entries) as Partial<Record<Name, string>>;
    this.fault(
      `${name} is not as expected${wrong[0] === '' ? '' : ` at ${wrong[0]}`}; expected a JSON object of ` +
        'texts by the codes of problems, such as {"token_expired": "…"}',
    );
    return {} as Partial<Record<Name, string>>;
  }

  oneOf<Value extends string>(name: string, allowed: readonly Value[], fallback: Value): Value {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = allowed.find((candidate) => candidate === text);
    if (value === undefined) this.fault(`${name} is ${text}; expected ${allowed.join(', ')}`);
    return value ?? fallback;
  }

  url(name: string, fallback: string): URL {
    const text = this.text(name) ?? fallback;
    if (/^https?:\/\//.test(text) && URL.canParse(text)) return new URL(text);
    // Not shown, nor below: whoever mixes up two variables may have put a secret into this one.
    this.fault(`${name} is not a URL; expected one that begins with https:// or http://`);
    return new URL('https://invalid.example');
  }

  arn(name: string, service: string): string | undefined {
    const text = this.text(name);
    if (text === undefined || arn(service).test(text)) return text;
    const seen = text.startsWith('arn:') ? `is ${text}` : 'does not begin with arn:';
    this.fault(`${name} ${seen}; expected a complete ARN, arn:aws:${service}:region:account:…`);
    return undefined;
  }

  secret(name: string, arnName: string): SecretSource {
    const stored = this.environment[name];
    let parsed: ParsedSecret = { value: '', remarks: [] };
    try {
      parsed = parseSecret(name, stored ?? '');
      if (parsed.value === '') this.emptySecrets.add(name);
    } catch (error) {
      this.fault(error instanceof Error ? error.message : String(error));
    }
    this.remarks.push(...parsed.remarks);
    return {
      value: parsed.value === '' ? undefined : parsed.value,
      arn: this.arn(arnName, 'secretsmanager'),
    };
  }
}
