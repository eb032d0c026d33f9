import type { Refuse } from '../../faults';
import type { Environment } from '../schema';

/**
 * Holds a task to the sizes that Fargate has.
 * @param property where the environment file says the size
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
 */
export function checkTaskSize(
  property: string,
  { cpuUnits, memoryMiB }: Pick<Environment['tasks'], 'cpuUnits' | 'memoryMiB'>,
  refuse: Refuse,
): void {
  const mostMemory = cpuUnits === 256 ? 2_048 : Math.min(8 * cpuUnits, 30_720);
  const isWhole = memoryMiB % 1024 === 0 || memoryMiB === 512;
  if (isWhole && memoryMiB >= 2 * cpuUnits && memoryMiB <= mostMemory) return;
  refuse(
    `${property}.memoryMiB is ${memoryMiB}; Fargate gives ${cpuUnits} CPU units from ` +
      `${2 * cpuUnits} to ${mostMemory} MiB, in steps of 1,024`,
  );
}
