/** The variables that a front end is told anyhow. */
export const frontEndVariables = { port: 'PORT', paymentsBaseUrl: 'PAYMENTS_BASE_URL' } as const;
