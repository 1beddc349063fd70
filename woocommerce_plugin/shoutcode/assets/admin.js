/* The frame's other half: gives it fresh tokens, its place on the page, and the menu. Talks to one origin and one window. */
( function () {
	const settings = window.shoutcodeFrame;
	const frame = document.getElementById( 'shoutcode-frame' );
	const late = document.getElementById( 'shoutcode-late' );
	if ( ! settings || ! frame ) {
		return;
	}
	const least = 480;
	const links = document.querySelectorAll( '#toplevel_page_shoutcode .wp-submenu a' );
	let isReady = false;
	let content = 0;
	const isLate = window.setTimeout( () => ( late.hidden = false ), 15000 );

	function tell( message ) {
		frame.contentWindow.postMessage( message, settings.origin );
	}

	async function token( request ) {
		const body = new URLSearchParams( { action: 'shoutcode_token', _ajax_nonce: settings.nonce } );
		try {
			const response = await fetch( settings.ajax, { method: 'POST', body, credentials: 'same-origin' } );
			const reply = response.ok ? await response.json() : null;
			tell( { type: 'shoutcode:token', request, token: reply && reply.success ? reply.data.token : null } );
		} catch ( error ) {
			tell( { type: 'shoutcode:token', request, token: null } );
		}
	}

	/* The frame fills what the window shows and scrolls inside, so that dialogs and bars of the page stay in sight. Where
	   the window is low, it is as tall as its content asks for. */
	function fit() {
		const top = frame.getBoundingClientRect().top + window.scrollY;
		frame.style.height = Math.max( window.innerHeight - top, Math.min( content, least ) ) + 'px';
	}

	function slugOf( path ) {
		if ( path.startsWith( '/stores' ) ) {
			return 'shoutcode-settings';
		}
		const fits = Object.entries( settings.paths ).filter( ( [ , start ] ) => path === start || path.startsWith( start + '/' ) );
		return fits.length ? fits[ 0 ][ 0 ] : 'shoutcode';
	}

	/* The address and the menu follow the page, so that a reload or a copied address leads to the same place. */
	function follow( path ) {
		const slug = slugOf( path );
		const query = new URLSearchParams( { page: slug } );
		if ( settings.paths[ slug ] !== path ) {
			query.set( 'path', path );
		}
		window.history.replaceState( window.history.state, '', settings.page + '?' + query );
		links.forEach( ( link ) => {
			const isIt = new URL( link.href ).searchParams.get( 'page' ) === slug;
			link.classList.toggle( 'current', isIt );
			link.parentElement.classList.toggle( 'current', isIt );
			if ( isIt ) {
				link.setAttribute( 'aria-current', 'page' );
			} else {
				link.removeAttribute( 'aria-current' );
			}
		} );
	}

	links.forEach( ( link ) => {
		link.addEventListener( 'click', ( event ) => {
			const path = settings.paths[ new URL( link.href ).searchParams.get( 'page' ) ];
			if ( isReady && path && ! event.ctrlKey && ! event.metaKey && ! event.shiftKey ) {
				event.preventDefault();
				tell( { type: 'shoutcode:go', path } );
			}
		} );
	} );

	const heard = {
		'shoutcode:ready': () => {
			window.clearTimeout( isLate );
			late.hidden = isReady = true;
		},
		'shoutcode:token': ( data ) => token( data.request ),
		'shoutcode:height': ( data ) => {
			content = Number( data.height ) || 0;
			fit();
		},
		'shoutcode:top': () => window.scrollTo( { top: 0 } ),
		'shoutcode:path': ( data ) => follow( String( data.path ) ),
	};

	window.addEventListener( 'message', ( event ) => {
		if ( event.origin !== settings.origin || event.source !== frame.contentWindow || ! event.data ) {
			return;
		}
		if ( Object.prototype.hasOwnProperty.call( heard, event.data.type ) ) {
			heard[ event.data.type ]( event.data );
		}
	} );
	window.addEventListener( 'resize', fit );
	fit();
	// Only now: a page that is quick would speak before anybody listens.
	frame.src = frame.dataset.src;
}() );
