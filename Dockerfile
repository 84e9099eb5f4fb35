FROM python:3.12-slim
WORKDIR /srv/listener
COPY requirements.lock pyproject.toml README.md LICENSE NOTICE ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY config config
COPY listener listener
COPY sources sources
COPY classifiers classifiers
COPY responders responders
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && useradd --system --no-create-home listener
USER listener
ENTRYPOINT ["listener"]
CMD ["run", "--config", "/etc/listener/listener.toml"]
