import type { FormFields } from '../parameters/form-encoding';
import { type Parsed, parseShape, type Shape } from '../parameters/params';
import type { Scope } from '../state/account';
import type { Kind, Row } from '../state/tables';

/** One request, its parameters read. */
export interface Call<S extends Shape> extends Scope {
  readonly params: Parsed<S>;
  /** The ids in the path, by the names that the route gives them. */
  readonly pathIds: (name: string) => string;
  readonly path: string;
}

/** The same before the route has read the parameters. */
interface UnreadCall extends Scope {
  readonly fields: FormFields;
  readonly pathIds: (name: string) => string;
  readonly path: string;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** In fastify's form: `/v1/customers/:id`. */
  readonly path: string;
  readonly handle: (call: UnreadCall) => object;
}

/** One resource of the API: a file in `resources/`, and a line in its index. */
export interface Resource {
  /** What its objects are, where it has objects of its own. */
  readonly kind?: Kind<Row>;
  readonly routes: readonly Route[];
}

/** Declares a route: its parameters, all of them, and what it does. */
export function route<S extends Shape>(
  method: Route['method'],
  path: string,
  shape: S,
  handle: (call: Call<S>) => object,
): Route {
  return {
    method,
    path,
    handle({ fields, ...call }) {
      return handle({ ...call, params: parseShape(shape, fields) });
    },
  };
}
