/**
 * What one rule of an application load balancer takes.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
 */
export const ruleLimits = {
  /** The values of all its conditions together: hosts, paths and addresses. */
  conditionValues: 5,
  /** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html */
  charactersOfPath: 128,
} as const;
