"""The hub's own WebSocket under Socket.IO: limits before anything is put together, one frame for all readers of an
event, and no reader that can hold the others up. What it takes over from the library stands in docs/transport.md;
HUB_TRANSPORT=stock goes back to the library's own."""
