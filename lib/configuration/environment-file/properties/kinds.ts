import Type, { type TSchema } from 'typebox';

/** A text of a given form; `expected` completes "expected …" in the message about a wrong one. */
export const text = (description: string, expected: string, pattern: RegExp, rest = {}) =>
  Type.String({ description, expected, pattern: pattern.source, ...rest });

export const integer = (description: string, minimum: number, maximum: number, byDefault: number) =>
  Type.Integer({
    description,
    expected: `a whole number from ${minimum} to ${maximum}`,
    minimum,
    maximum,
    default: byDefault,
  });

export const boolean = (description: string, byDefault: boolean) =>
  Type.Boolean({ description, expected: 'true or false', default: byDefault });

export const oneOf = <const Values extends (string | number)[]>(
  description: string,
  values: readonly [...Values],
  rest = {},
) => Type.Enum(values, { description, expected: `one of ${values.join(', ')}`, ...rest });

type Properties = Record<string, TSchema>;

/** An object that is always there: what is not written of it has defaults. */
export const group = <Given extends Properties>(description: string, properties: Given) =>
  objectOf(description, properties, { default: {} });

/** An object that is there if somebody writes it. */
export const optionalGroup = <Given extends Properties>(description: string, properties: Given) =>
  Type.Optional(objectOf(description, properties, {}));

const objectOf = <Given extends Properties>(description: string, properties: Given, rest: object) =>
  Type.Object(properties, {
    description,
    expected: `an object with ${Object.keys(properties).join(', ')}`,
    additionalProperties: false,
    ...rest,
  });

/** A list of different texts. */
export const listOf = <Item extends TSchema>(
  description: string,
  item: Item,
  expected: string,
  rest = {},
) => Type.Array(item, { description, expected, uniqueItems: true, ...rest });

/** An ARN of one service; checkEnvironment holds it to the environment's region and account. */
export const arnOf = (description: string, service: string, resource: string, form: string) =>
  text(
    description,
    `the ARN of ${form}, arn:aws:${service}:region:account:…`,
    new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${resource}$`),
  );

/** The longest that DNS takes; the last part may be of another script, and begins with xn-- then. */
export const hostName =
  /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$/;

/** An id of a resource of EC2: 8 hexadecimal digits of old, 17 of late. */
export const ec2Id = (description: string, what: string, prefix: string) =>
  text(
    description,
    `the id of ${what}, such as ${prefix}-0123456789abcdef0`,
    new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`),
  );

const octet = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
/** The source of a pattern for an address of IPv4. */
export const ipv4 = `(${octet}\\.){3}${octet}`;

/** An address of IPv4, or a range of at least `shortest` bits, so that a slip opens no internet. */
export const ipv4Within = (shortest: number) => {
  const lengths = Array.from({ length: 33 - shortest }, (_, index) => shortest + index);
  return new RegExp(`^${ipv4}(/(${lengths.join('|')}))?$`);
};
