/** The deadline of a mirrored request, equal to the gateway's deadline for its shadow. */
const MIRROR_TIMEOUT = '3s';

export type NginxPlace = { directory: string; port: number; legacyPort: number; mirrorPort: number | null };

/**
 * nginx as a reverse proxy with one worker, because each other rung is one process too. Connections to both cores are kept and
 * never renewed; the default of `keepalive_requests` is 1,000.
 */
export function nginxConf({ directory, port, legacyPort, mirrorPort }: NginxPlace): string {
  const upstream = (name: string, to: number): string =>
    `upstream ${name} { server 127.0.0.1:${to}; keepalive 128; keepalive_requests 1000000; }`;
  const mirrored =
    mirrorPort === null
      ? ''
      : `location = /_mirror { internal; proxy_pass http://shadow$request_uri; proxy_read_timeout ${MIRROR_TIMEOUT}; }`;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${directory}/nginx-${name};`)
    .join(' ');
  return `daemon off; worker_processes 1; pid ${directory}/nginx.pid; error_log ${directory}/nginx.log crit;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000; proxy_http_version 1.1; proxy_set_header Connection "";
  ${temporary}
  ${upstream('legacy', legacyPort)} ${mirrorPort === null ? '' : upstream('shadow', mirrorPort)}
  server {
    listen 127.0.0.1:${port};
    ${mirrored}
    location / { ${mirrorPort === null ? '' : 'mirror /_mirror; mirror_request_body off;'} proxy_pass http://legacy; }
  }
}
`;
}
