import {
  adapterPaths,
  apiPrefix,
  defaultWebhookPath,
  openPaths,
} from '../../../../service/contract';
import { frontEndVariables } from '../../../constructs/front-end-variables';
import { ruleLimits } from '../../../constructs/load-balancer-limits';
import type { Refuse } from '../../faults';
import type { Environment } from '../schema';
import { checkHome, checkSecretArn, isWithin } from './adoption';
import { checkTaskSize } from './task-size';

const mostValues = ruleLimits.conditionValues;

/** The front end runs somewhere, is found by something, and takes nothing of the service's. */
export function checkFrontEnd(environment: Environment, refuse: Refuse): void {
  const { frontEnd } = environment;
  if (frontEnd === undefined) return;
  const { hosts, image, paths, targetGroupArn } = frontEnd;
  if ((image === undefined) === (targetGroupArn === undefined)) {
    const seen = image === undefined ? 'neither image nor' : 'both image and';
    refuse(
      `frontEnd has ${seen} targetGroupArn; give the image to run, or the target group where it runs ` +
        'already',
    );
  }
  if (targetGroupArn !== undefined && environment.vpc === undefined) {
    refuse(
      'frontEnd.targetGroupArn is adopted and vpc is not: the load balancer could not reach it from ' +
        'a new VPC; adopt the VPC that it is in',
    );
  }
  if (hosts.length + paths.length === 0) {
    refuse('frontEnd has neither hosts nor paths, so that no request would reach it; give either');
  }
  if (hosts.length + paths.length > mostValues) {
    refuse(
      `frontEnd has ${hosts.length} hosts and ${paths.length} paths; a rule of the load balancer takes ` +
        `${mostValues} values in all`,
    );
  }
  checkVariables(environment, frontEnd, refuse);
  checkHosts(environment, hosts, refuse);
  if (hosts.length === 0) checkPaths(environment, paths, refuse);
  checkTaskSize('frontEnd', frontEnd, refuse);
  checkHome('frontEnd.targetGroupArn', targetGroupArn, environment, refuse);
}

function checkVariables(
  environment: Environment,
  { environment: told, secrets, targetGroupArn }: NonNullable<Environment['frontEnd']>,
  refuse: Refuse,
): void {
  const names = [...Object.keys(told), ...Object.keys(secrets)];
  if (targetGroupArn !== undefined && names.length > 0) {
    refuse(
      `frontEnd tells ${names.join(', ')} to nobody: it runs elsewhere, in targetGroupArn; leave them out`,
    );
  }
  for (const name of names.filter((each) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(each))) {
    refuse(
      `frontEnd names a variable ${JSON.stringify(name)}; expected letters, digits and _, and no digit first`,
    );
  }
  const ours: readonly string[] = Object.values(frontEndVariables);
  for (const name of Object.keys(told).filter((each) => ours.includes(each))) {
    refuse(`frontEnd.environment names ${name}, which every front end is told; leave it out`);
  }
  for (const [name, arn] of Object.entries(secrets)) {
    if (ours.includes(name) || Object.hasOwn(told, name)) {
      refuse(`frontEnd.secrets names ${name}, which is told in the open already; name it once`);
    }
    checkSecretArn(`frontEnd.secrets.${name}`, arn, environment, refuse);
  }
}

function checkHosts(
  { domainName, https }: Environment,
  hosts: readonly string[],
  refuse: Refuse,
): void {
  const zone = https.hostedZone?.name ?? domainName;
  for (const host of hosts) {
    if (host === domainName) {
      refuse(
        `frontEnd.hosts names ${host}, the service's own domainName; give another host, or paths alone`,
      );
    } else if (https.enableRoute53 && !isWithin(host, zone)) {
      refuse(
        `frontEnd.hosts names ${host}, outside of the zone ${zone}; give a host below it, or adopt ` +
          'the parent zone as https.hostedZone',
      );
    }
  }
}

function checkPaths(
  { variables, webhookPaths }: Environment,
  paths: readonly string[],
  refuse: Refuse,
): void {
  const spoken = variables?.ADAPTERS === undefined ? [] : adapterPaths;
  // What is below a path of theirs, such as one session, is theirs too.
  const taken = [
    ...[...openPaths, defaultWebhookPath, ...webhookPaths, ...spoken],
    ...spoken.map((path) => `${path}/`),
  ];
  for (const path of paths) {
    const isPrefix = path.endsWith('*');
    const prefix = isPrefix ? path.slice(0, -1) : path;
    const [hit] = taken.filter((own) => (isPrefix ? own.startsWith(prefix) : own === prefix));
    const takesApi = prefix.startsWith(apiPrefix) || (isPrefix && apiPrefix.startsWith(prefix));
    if (hit === undefined && !takesApi) continue;
    refuse(
      `frontEnd.paths has ${path}, which takes ${hit ?? apiPrefix} from the service; give paths of its ` +
        'own, such as /app/*, or a host of its own',
    );
  }
}
