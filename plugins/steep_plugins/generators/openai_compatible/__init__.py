"""The generator `openai`: any server with the OpenAI chat interface. It is asked over HTTP and cannot be tuned."""
