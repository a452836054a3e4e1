package io.quorate.node.etcd;

import io.quorate.consensus.wire.Bytes;
import io.quorate.node.StreamRpc;

/// Takes what comes in on a call that was refused: nothing becomes of it.
enum Deaf implements StreamRpc.Requests {
  INSTANCE;

  @Override
  public void request(Bytes request) {}

  @Override
  public void ended() {}

  @Override
  public void cancelled() {}

  @Override
  public void ready() {}
}
