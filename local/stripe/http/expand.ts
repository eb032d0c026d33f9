import { invalidParameter } from '../parameters/errors';
import type { FormValue } from '../parameters/form-encoding';
import { list, text } from '../parameters/params';
import type { Kind, Row, Tables } from '../state/tables';

/** https://docs.stripe.com/expand: at most four levels. */
const deepest = 4;

type Kinds = ReadonlyMap<string, Kind<Row>>;

/** The object that a hash stands in, and the way from there: `payment.` in an invoice payment. */
interface Place {
  readonly kind: Kind<Row> | undefined;
  readonly prefix: string;
}

/** Answers with the objects that `expand[]` names in the place of their ids. */
export class Expander {
  constructor(
    private readonly kinds: Kinds,
    private readonly tables: Tables,
  ) {}

  expand(answer: object, requested: FormValue | undefined): object {
    if (requested === undefined) return answer;
    const paths = list(text()).parse(requested, 'expand');
    return paths.reduce((expanded, path) => this.expandPath(expanded, path), answer);
  }

  private expandPath(answer: object, path: string): object {
    const segments = path.split('.');
    if (segments.length > deepest) {
      throw invalidParameter(
        `You cannot expand more than ${deepest} levels of a property (${path}).`,
        'expand',
      );
    }
    if (!isList(answer)) return this.expandField(answer, segments, path);
    const [first, ...rest] = segments;
    if (first !== 'data' || rest.length === 0) throw notExpandable(path, `data.${path}`);
    return { ...answer, data: answer.data.map((row) => this.expandField(row, rest, path)) };
  }

  private expandField(
    object: object,
    [field = '', ...rest]: readonly string[],
    path: string,
    outer?: Place,
  ): object {
    const place = this.placeOf(object, outer);
    const value = this.valueOf(object, field, path, place);
    if (rest.length === 0 || value === null) return { ...object, [field]: value };
    if (isList(value)) return { ...object, [field]: this.expandPath(value, rest.join('.')) };
    const within = { ...place, prefix: `${place.prefix}${field}.` };
    // Of hashes in an array (`refunds.refund`), each is expanded.
    const inner = Array.isArray(value)
      ? value.map((hash: object) => this.expandField(hash, rest, path, within))
      : this.expandField(value, rest, path, within);
    return { ...object, [field]: inner };
  }

  private placeOf(object: object, outer: Place | undefined): Place {
    if (!('object' in object) && outer) return outer;
    const kind = 'object' in object ? this.kinds.get(String(object.object)) : undefined;
    return { kind, prefix: '' };
  }

  private valueOf(
    object: object,
    field: string,
    path: string,
    { kind, prefix }: Place,
  ): object | null {
    const present = Object.entries(object).find(([key]) => key === field)?.[1];
    if (typeof present === 'object' && present !== null) return present;
    const referenced = kind?.references?.[`${prefix}${field}`];
    if (referenced !== undefined) {
      return typeof present === 'string' ? (this.tables.find(referenced, present) ?? null) : null;
    }
    const included = this.included(object, kind)?.[field];
    if (included) return included;
    throw notExpandable(path);
  }

  private included(object: object, kind: Kind<Row> | undefined) {
    if (!kind?.included || !('id' in object)) return undefined;
    return kind.included(this.tables.of(kind).get(String(object.id)), this.tables);
  }
}

function isList(answer: object): answer is { readonly data: readonly object[] } {
  return 'object' in answer && answer.object === 'list' && 'data' in answer;
}

function notExpandable(path: string, instead?: string) {
  const advice = instead ? ` You may want to try expanding '${instead}' instead.` : '';
  return invalidParameter(`This property cannot be expanded (${path}).${advice}`, 'expand');
}
