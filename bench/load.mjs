// One round of load: POSTs signed bodies over keep-alive connections, each with a webhook id of its own.
// argv[2]: JSON {url, shop, topic, connections, seconds, rate, prefix, bodies: file, ids: file}
// `bodies` is a JSON list of {body, hmac}. Prints a JSON summary; writes the ids that were answered 2xx to `ids`.
import { readFileSync, writeFileSync } from 'node:fs'
import autocannon from 'autocannon'

const plan = JSON.parse(process.argv[2])
const signed = JSON.parse(readFileSync(plan.bodies, 'utf8')).map(({ body, hmac }) => ({ body: Buffer.from(body), hmac }))
const stored = []
let count = 0

const request = {
  method: 'POST',
  setupRequest(request, context) {
    const { body, hmac } = signed[count % signed.length]
    context.id = `${plan.prefix}-${count++}`
    request.body = body
    request.headers = {
      'content-type': 'application/json',
      'x-shopify-topic': plan.topic,
      'x-shopify-shop-domain': plan.shop,
      'x-shopify-hmac-sha256': hmac,
      'x-shopify-webhook-id': context.id,
    }
    return request
  },
  onResponse(status, _body, context) {
    if (status >= 200 && status < 300) stored.push(context.id)
  },
}

const result = await autocannon({
  url: plan.url,
  connections: plan.connections,
  duration: plan.seconds,
  ...(plan.rate ? { overallRate: plan.rate } : {}),
  timeout: 10,
  requests: [request],
})
writeFileSync(plan.ids, stored.join('\n'))
console.log(JSON.stringify({
  rate: stored.length / result.duration,
  answered2xx: stored.length,
  other: result.non2xx,
  errors: result.errors,
  p50: result.latency.p50,
  p99: result.latency.p99,
}))
