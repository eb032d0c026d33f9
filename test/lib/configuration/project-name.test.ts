import fc from 'fast-check';
import { Faults } from '../../../lib/configuration/faults';
import { environmentNamePattern, projectPattern } from '../../../lib/configuration/flags';
import { checkPrefix } from '../../../lib/configuration/project-name';
import { EnvironmentFiles } from '../environment-files';
import { faultsOf, removeAssemblies } from '../synthesis';

const files = new EnvironmentFiles();

afterAll(() => {
  removeAssemblies();
  files.remove();
});

function isTaken(project: string, name: string): boolean {
  const faults = new Faults();
  checkPrefix(project, name, faults);
  try {
    faults.throwIfAny();
    return true;
  } catch {
    return false;
  }
}

describe('I10: two environments never share names', () => {
  test('I10: a name that reads as another project’s environment is refused, with both ways out', () => {
    expect(files.faultOf({ project: 'shop' }, 'prod-eu')).toBe(
      'env is prod-eu, and with project shop every name would be that of project shop-prod, ' +
        'environment eu; expected no letter after a hyphen. Call it prodeu, or, to keep the names of ' +
        'what is deployed, project shop-prod with environment eu',
    );
  });

  test('I10: the project is the one in force, whether the file or the flag names it', () => {
    const { env, environmentFile } = files.write({}, 'prod-eu');
    expect(faultsOf({ env, environmentFile, project: 'shop' })).toEqual([
      expect.stringContaining('that of project shop-prod, environment eu'),
    ]);
  });

  test.each(['dev', 'staging', 'prod', 'pr-123', 'eu-1-2b'])('I10: %s stays a name', (name) => {
    expect(isTaken('my-shop', name)).toBe(true);
  });

  test('I10: of all names that are taken, no two projects and environments make one prefix', () => {
    const parts = fc.stringMatching(/^[a-c](-?[a-c1]){0,6}$/);
    let taken = 0;
    fc.assert(
      fc.property(parts, parts, (project, name) => {
        const prefix = `${project}-${name}`;
        const readings = [...prefix.matchAll(/-/g)]
          .map(({ index }) => [prefix.slice(0, index), prefix.slice(index + 1)] as const)
          .filter(([p, n]) => projectPattern.test(p) && environmentNamePattern.test(n))
          .filter(([p, n]) => isTaken(p, n));
        taken += readings.length;
        expect(readings.length).toBeLessThanOrEqual(1);
      }),
    );
    expect(taken).toBeGreaterThan(50);
  });
});
