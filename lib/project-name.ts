import { defaultProject, type Environment } from './environments/schema';
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
