"""The feed over HTTP: `web.app.create_app` makes the application, `web.serve.serve` runs it."""
