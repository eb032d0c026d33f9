import { defaultProject, type Environment } from './environment-file/schema';
import type { Faults } from './faults';

/**
 * Lets the flag name the project where the file does not. Two names would be two sets of stacks side
 * by side, each of which takes itself for the environment.
 * @param file where the environment is written, for a fault to name
 */
export function nameProject(
  environment: Environment,
  flag: string | undefined,
  file: string,
  faults: Faults,
): Environment {
  const { project } = environment;
  if (flag === undefined || flag === project) return environment;
  if (project !== defaultProject) {
    faults.add(
      `project is ${flag} as a flag and ${project} in ${file}: stacks of the one name would be made ` +
        'beside those of the other; give both the same name, or leave the flag out',
    );
  }
  return { ...environment, project: flag };
}

/** A hyphen of a name that another environment's name could begin behind: those begin with a letter. */
const ambiguousHyphen = /-(?=[a-z])/g;

/**
 * Refuses an environment's name that reads as the end of a project's name and another environment's.
 * Project `shop` with `prod-eu` and project `shop-prod` with `eu` would share every stack and secret.
 */
export function checkPrefix(project: string, name: string, faults: Faults): void {
  const last = [...name.matchAll(ambiguousHyphen)].at(-1)?.index;
  if (last === undefined) return;
  const [before, after] = [name.slice(0, last), name.slice(last + 1)];
  faults.add(
    `env is ${name}, and with project ${project} every name would be that of project ` +
      `${project}-${before}, environment ${after}; expected no letter after a hyphen. Call it ` +
      `${name.replaceAll(ambiguousHyphen, '')}, or, to keep the names of what is deployed, project ` +
      `${project}-${before} with environment ${after}`,
  );
}
