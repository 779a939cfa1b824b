# The web app alone: the "# app" requirements, which pyproject.toml pins, and no torch.
FROM python:3.11-slim

WORKDIR /app
COPY . .
RUN pip install --no-cache-dir . && useradd --create-home --home-dir /srv/resonance resonance

USER resonance
WORKDIR /srv/resonance
# A volume that is mounted here is this user's, as the folder is.
RUN mkdir .data
EXPOSE 8000
ENTRYPOINT ["resonance"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
