import { CfnOutput, type Stack } from 'aws-cdk-lib';

/** Output name to its description and its value. */
export type Outputs = Readonly<Record<string, readonly [description: string, value: string]>>;

/** Publishes what the ops commands and people need to find their way. */
export function publish(stack: Stack, outputs: Outputs): void {
  for (const [name, [description, value]] of Object.entries(outputs)) {
    new CfnOutput(stack, name, { description, value });
  }
}
