import { isDeepStrictEqual } from 'node:util';
import { replacingProperties, valueAt } from './state-lock';
import type { Synthesis, Template } from './synthesis';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What an update from one synthesis to another would change, as CloudFormation sees it: a line for
 * every property, output and added or removed resource, such as `service: HttpListener.Port`.
 */
export function changesBetween(before: Synthesis, after: Synthesis): readonly string[] {
  const kinds = Object.keys(before.templates) as (keyof Synthesis['templates'])[];
  return kinds
    .flatMap((kind) =>
      templateChanges(before.templates[kind], after.templates[kind]).map(
        (line) => `${kind}: ${line}`,
      ),
    )
    .sort();
}

function templateChanges(before: Template, after: Template): readonly string[] {
  return differingKeys(before.Resources, after.Resources)
    .flatMap((id) => {
      const old = before.Resources[id];
      const young = after.Resources[id];
      if (old === undefined) return [`+ ${id}`];
      if (young === undefined) return [`- ${id}`];
      const attributes = differingKeys(old, young).filter((key) => key !== 'Properties');
      const properties = differingKeys(old.Properties, young.Properties);
      return [...attributes, ...properties].map((key) => `${id}.${key}`);
    })
    .concat(differingKeys(before.Outputs, after.Outputs).map((name) => `output ${name}`));
}

function differingKeys(before: Fields | object, after: Fields | object): readonly string[] {
  const old = new Map(Object.entries(before));
  const young = new Map(Object.entries(after));
  return [...new Set([...old.keys(), ...young.keys()])].filter(
    (key) => !isDeepStrictEqual(old.get(key), young.get(key)),
  );
}

/**
 * The resources that CloudFormation would make anew in an update from one synthesis to another, since
 * a property changes that cannot be changed in place: `service: HttpListener, for its Port`.
 */
export function replacementsBetween(before: Synthesis, after: Synthesis): readonly string[] {
  const kinds = Object.keys(before.templates) as (keyof Synthesis['templates'])[];
  return kinds.flatMap((kind) => {
    const [old, young] = [before.templates[kind].Resources, after.templates[kind].Resources];
    return Object.entries(old).flatMap(([id, resource]) => {
      const successor = young[id];
      if (successor === undefined || isDeepStrictEqual(resource, successor)) return [];
      if (resource.Type !== successor.Type) return [`${kind}: ${id}, for its Type`];
      return replacingProperties(resource.Type)
        .filter((path) => {
          const names = path.split('.');
          const [was, is] = [resource, successor].map((each) => valueAt(each.Properties, names));
          return !isDeepStrictEqual(was, is);
        })
        .map((path) => `${kind}: ${id}, for its ${path}`);
    });
  });
}
