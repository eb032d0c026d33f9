import { ACMClient, type CertificateDetail, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Deployed } from '../aws/deployed';
import type { Finding } from '../terminal/output';
import { found } from './checks';
import { listenerOf } from './edge';

const millisOfDay = 86_400_000;
/** As the alarm "The certificate expires" has it. */
const fewestDays = 21;
const runbook = 'docs/runbook.md, "The certificate expires"';

/** The certificate of the HTTPS listener, and whether ACM renews it. */
export async function checkCertificate(deployed: Deployed): Promise<readonly Finding[]> {
  const listenerArn = deployed.find('HttpsListenerArn');
  if (listenerArn === undefined) return [];
  const acm = new ACMClient(deployed.clients);
  const elb = new ElasticLoadBalancingV2Client(deployed.clients);
  try {
    const arn = (await listenerOf(elb, listenerArn))?.Certificates?.[0]?.CertificateArn;
    if (arn === undefined) return [];
    const { Certificate = {} } = await acm.send(
      new DescribeCertificateCommand({ CertificateArn: arn }),
    );
    const host = new URL(deployed.get('PublicBaseUrl')).hostname;
    return judgeCertificate(Certificate, host);
  } finally {
    acm.destroy();
    elb.destroy();
  }
}

/** Whether it is valid for the host, for how long, and whether that goes on by itself. */
export const judgeCertificate = (certificate: CertificateDetail, host: string) => [
  validity(certificate, host),
  renewal(certificate),
];

function validity(certificate: CertificateDetail, host: string): Finding {
  const { DomainName = '', NotAfter, Status, SubjectAlternativeNames = [] } = certificate;
  const check = 'certificate';
  const names = [...new Set([DomainName, ...SubjectAlternativeNames])];
  if (Status !== 'ISSUED' || NotAfter === undefined) {
    return found(check, false, `${DomainName}: ${Status}`, runbook);
  }
  if (!names.some((name) => covers(name, host))) {
    const fix = `Request one for ${host}, and name it in the environment file: https.certificateArn`;
    return found(check, false, `is for ${names.join(', ')}, and not for ${host}`, fix);
  }
  const days = Math.floor((NotAfter.getTime() - Date.now()) / millisOfDay);
  const until = NotAfter.toISOString().slice(0, 10);
  return found(check, days >= fewestDays, `${DomainName}, until ${until}, ${days} days`, runbook);
}

/** ACM renews what it has issued, while it is in use and its DNS record stands. */
function renewal({ RenewalEligibility, RenewalSummary, Type }: CertificateDetail): Finding {
  const check = 'renewal';
  if (Type === 'IMPORTED') {
    const fix = `Whoever imported it renews it, under the same ARN: ${runbook}`;
    return found(check, null, 'is imported: ACM does not renew it', fix);
  }
  const { RenewalStatus = 'SUCCESS', RenewalStatusReason = '' } = RenewalSummary ?? {};
  if (RenewalStatus === 'PENDING_AUTO_RENEWAL') return found(check, true, 'by ACM, under way', '');
  if (RenewalStatus !== 'SUCCESS') {
    return found(check, false, `${RenewalStatus} ${RenewalStatusReason}`.trim(), runbook);
  }
  const fix = `ACM renews what a listener uses and what DNS validates: ${runbook}`;
  return found(check, RenewalEligibility === 'ELIGIBLE', `by ACM: ${RenewalEligibility}`, fix);
}

const covers = (name: string, host: string) =>
  name === host || (name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1));
