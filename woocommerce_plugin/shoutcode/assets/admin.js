/* The frame's other half: gives it fresh tokens, follows its height and its path. Talks to one origin and one window. */
( function () {
	const settings = window.shoutcodeFrame;
	const frame = document.getElementById( 'shoutcode-frame' );
	const late = document.getElementById( 'shoutcode-late' );
	if ( ! settings || ! frame ) {
		return;
	}
	const isLate = window.setTimeout( () => ( late.hidden = false ), 15000 );

	function answer( message ) {
		frame.contentWindow.postMessage( message, settings.origin );
	}

	async function token( request ) {
		const body = new URLSearchParams( { action: 'shoutcode_token', _ajax_nonce: settings.nonce } );
		try {
			const response = await fetch( settings.ajax, { method: 'POST', body, credentials: 'same-origin' } );
			const reply = response.ok ? await response.json() : null;
			answer( { type: 'shoutcode:token', request, token: reply && reply.success ? reply.data.token : null } );
		} catch ( error ) {
			answer( { type: 'shoutcode:token', request, token: null } );
		}
	}

	const heard = {
		'shoutcode:ready': () => {
			window.clearTimeout( isLate );
			late.hidden = true;
		},
		'shoutcode:token': ( data ) => token( data.request ),
		'shoutcode:height': ( data ) => {
			const height = Number( data.height );
			if ( height > 0 && height < 100000 ) {
				frame.style.height = Math.ceil( height ) + 'px';
			}
		},
		'shoutcode:top': () => window.scrollTo( { top: 0 } ),
	};

	window.addEventListener( 'message', ( event ) => {
		if ( event.origin !== settings.origin || event.source !== frame.contentWindow || ! event.data ) {
			return;
		}
		if ( Object.prototype.hasOwnProperty.call( heard, event.data.type ) ) {
			heard[ event.data.type ]( event.data );
		}
	} );
	// Only now: a page that is quick would speak before anybody listens.
	frame.src = frame.dataset.src;
}() );
