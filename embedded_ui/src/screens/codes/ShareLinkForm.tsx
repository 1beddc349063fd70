import { Button, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconCopy, IconDownload } from '@tabler/icons-react'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { address, api, ApiError, download } from '../../api/client'
import { showToast } from '../../host/toast'
import { Permitted } from '../../parts/Permitted'
import { c } from '../../text/codes'
import { linkAddress, linkQuery, UTM, type CodeDetail, type Utm } from './queries'

/** The link with its target and UTM values, and the same as a QR code. What is typed shows at once. */
export function ShareLinkForm({ code }: { code: CodeDetail }) {
  const [wanted, setWanted] = useState<{ target: string } & Partial<Utm>>({ target: '' })
  const [asked] = useDebouncedValue(wanted, 300)
  const { data: link, error } = useQuery({ ...linkQuery(code.id, asked), placeholderData: keepPreviousData })
  const faults = error instanceof ApiError ? error.fields : {}
  const url = link?.url ?? code.share_url ?? ''
  const set = (name: string, value: string) => setWanted((before) => ({ ...before, [name]: value }))

  return (
    <section className="stack" aria-label={c.shareTitle}>
      <h3 style={{ margin: 0, fontSize: 14, lineHeight: '20px' }}>{c.shareTitle}</h3>
      {link?.note && <div className="muted">{link.note}</div>}
      <div className="share">
        <div className="stack grow">
          <output className="mono share-url">{url}</output>
          <div className="row wrap">
            <CopyLink url={url} />
            <Download code={code} wanted={asked} format="svg" />
            <Download code={code} wanted={asked} format="png" />
          </div>
          <TextInput
            label={c.target}
            description={c.targetHelp}
            placeholder={c.targetExample}
            value={wanted.target}
            maxLength={1000}
            error={faults.target}
            onChange={(event) => set('target', event.currentTarget.value)}
          />
        </div>
        <QrImage address={linkAddress(code.id, asked, 'svg')} url={url} />
      </div>
      <details>
        <summary>{c.utm}</summary>
        <div className="stack" style={{ paddingTop: 8 }}>
          <div className="muted small">{c.utmHelp}</div>
          <div className="pair">
            {UTM.map((name) => (
              <TextInput
                key={name}
                label={c.utmFields[name]}
                value={wanted[name] ?? link?.utm[name] ?? ''}
                maxLength={100}
                error={faults[`utm.${name}`]}
                onChange={(event) => set(name, event.currentTarget.value)}
              />
            ))}
          </div>
          {link && <KeepUtm offerId={code.offer.id} utm={link.utm} />}
        </div>
      </details>
    </section>
  )
}

function CopyLink({ url }: { url: string }) {
  const copy = async () => {
    await navigator.clipboard.writeText(url)
    await showToast(c.linkCopied)
  }
  return (
    <Button leftSection={<IconCopy size={15} aria-hidden />} onClick={() => void copy()}>
      {c.copyLink}
    </Button>
  )
}

function Download({ code, wanted, format }: { code: CodeDetail; wanted: { target: string }; format: 'svg' | 'png' }) {
  const save = useMutation({
    mutationFn: () => download(linkAddress(code.id, wanted, format), `${code.code}.${format}`),
  })
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={15} aria-hidden />}
      loading={save.isPending}
      onClick={() => save.mutate()}
    >
      {c.qr} {format === 'svg' ? c.saveSvg : c.savePng}
    </Button>
  )
}

/** A plain image would be asked for without the ID token: it is fetched, and drawn out of its text. */
function QrImage({ address: source, url }: { address: string; url: string }) {
  const { data } = useQuery({
    queryKey: ['qr', source],
    queryFn: async ({ signal }) => {
      const response = await fetch(source, { signal })
      return response.ok ? `data:image/svg+xml,${encodeURIComponent(await response.text())}` : null
    },
    placeholderData: keepPreviousData,
    retry: false,
  })
  return <div className="qr">{data && <img src={data} width={148} height={148} alt={c.qrAlt(url)} />}</div>
}

function KeepUtm({ offerId, utm }: { offerId: number; utm: Utm }) {
  const keep = useMutation({
    mutationFn: () => api.put(address(`/offers/${offerId}/share-defaults`), { utm }),
    onSuccess: () => showToast(c.utmKept),
  })
  return (
    <Permitted to="issue">
      <Button variant="default" size="compact-sm" loading={keep.isPending} onClick={() => keep.mutate()}>
        {c.keepUtm}
      </Button>
    </Permitted>
  )
}
