// One round of load: POSTs signed bodies over keep-alive connections, each with a webhook id of its own.
// Without a rate autocannon goes as fast as it is answered. With one, requests leave evenly spaced whether or not earlier
// ones were answered, and a late start counts as latency; autocannon's own rate sends each second's share in one burst.
// argv[2]: JSON {url, shop, topic, connections, seconds, rate, prefix, bodies: file, ids: file}
// `bodies` is a JSON list of {body, hmac}. Prints a JSON summary; writes the ids that were answered 2xx to `ids`.
import { readFileSync, writeFileSync } from 'node:fs'
import { Agent, request as post } from 'node:http'
import autocannon from 'autocannon'

const plan = JSON.parse(process.argv[2])
const signed = JSON.parse(readFileSync(plan.bodies, 'utf8')).map(({ body, hmac }) => ({ body: Buffer.from(body), hmac }))
const stored = []
let count = 0

function next() {
  const { body, hmac } = signed[count % signed.length]
  const id = `${plan.prefix}-${count++}`
  const headers = {
    'content-type': 'application/json',
    'x-shopify-topic': plan.topic,
    'x-shopify-shop-domain': plan.shop,
    'x-shopify-hmac-sha256': hmac,
    'x-shopify-webhook-id': id,
  }
  return { id, body, headers }
}

async function flatOut() {
  const result = await autocannon({
    url: plan.url,
    connections: plan.connections,
    duration: plan.seconds,
    timeout: 10,
    requests: [{
      method: 'POST',
      setupRequest(request, context) {
        const { id, body, headers } = next()
        context.id = id
        return Object.assign(request, { body, headers })
      },
      onResponse(status, _body, context) {
        if (status >= 200 && status < 300) stored.push(context.id)
      },
    }],
  })
  const { non2xx: other, errors, latency, duration } = result
  return { seconds: duration, other, errors, p50: latency.p50, p99: latency.p99 }
}

async function paced() {
  const agent = new Agent({ keepAlive: true, maxSockets: plan.connections })
  const latencies = []
  const waiting = []
  const outcome = { seconds: plan.seconds, other: 0, errors: 0 }
  const total = Math.round(plan.rate * plan.seconds)
  const began = performance.now()
  const send = (due) => new Promise((done) => {
    const { id, body, headers } = next()
    const sent = post(plan.url, { method: 'POST', agent, headers: { ...headers, 'content-length': body.length } })
    sent.on('response', (answer) => {
      answer.resume().on('end', () => {
        latencies.push(performance.now() - due)
        if (answer.statusCode < 300) stored.push(id)
        else outcome.other++
        done()
      })
    })
    sent.on('error', () => { outcome.errors++; done() })
    sent.end(body)
  })
  while (waiting.length < total) {
    for (let due; waiting.length < total && (due = began + (waiting.length * 1000) / plan.rate) <= performance.now();) {
      waiting.push(send(due))
    }
    await new Promise((soon) => setTimeout(soon, 1))
  }
  await Promise.all(waiting)
  agent.destroy()
  latencies.sort((a, b) => a - b)
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))]
  return { ...outcome, p50: at(0.5), p99: at(0.99) }
}

const { seconds, ...result } = plan.rate ? await paced() : await flatOut()
writeFileSync(plan.ids, stored.join('\n'))
console.log(JSON.stringify({ rate: stored.length / seconds, answered2xx: stored.length, ...result }))
