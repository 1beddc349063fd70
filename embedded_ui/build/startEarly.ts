import type { Plugin } from 'vite'

/** Runs the chunk `start` as soon as it is there, even before the document is read to its end. */
export function startEarly(): Plugin {
  return {
    name: 'start-early',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle }) => {
        const start = Object.values(bundle ?? {}).find((file) => file.type === 'chunk' && file.name === 'start')
        const waiting = start && `<link rel="modulepreload" crossorigin href="/${start.fileName}">`
        if (!waiting || !html.includes(waiting)) throw new Error('The build made no chunk of the start script.')
        const running = `<script type="module" async crossorigin src="/${start.fileName}"></script>`
        return html.replace(waiting, '').replace('<!--shoutcode:head-->', `${running}\n    <!--shoutcode:head-->`)
      },
    },
  }
}
