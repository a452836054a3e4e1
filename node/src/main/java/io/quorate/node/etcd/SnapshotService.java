package io.quorate.node.etcd;

import com.google.protobuf.UnsafeByteOperations;
import io.quorate.api.SnapshotResponse;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import io.quorate.node.StreamRpc;
import io.quorate.store.Failure;
import io.quorate.store.StoreSnapshot;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// etcd's `Snapshot`: the state of this node as it is, for `etcdctl snapshot save`; what is in it
/// only our own tools read (etcd-M13, M16).
final class SnapshotService {
  /// Each holds on to the files of its state.
  private static final int MAX_STREAMS = 16;

  private final ServingNode member;
  private final Set<Stream> streams = new LinkedHashSet<>();

  SnapshotService(ServingNode member) {
    this.member = member;
  }

  void addTo(Map<String, StreamRpc> rpcs) {
    rpcs.put("etcdserverpb.Maintenance/Snapshot", this::open);
  }

  private StreamRpc.Requests open(Rpc.Metadata metadata, StreamRpc.Responses responses) {
    var stream = new Stream(responses);
    if (streams.size() >= MAX_STREAMS) {
      stream.fail(ServingNode.Status.of(Failure.TOO_MANY_REQUESTS));
    } else {
      streams.add(stream);
      responses.request();
    }
    return stream;
  }

  private final class Stream implements StreamRpc.Requests {
    private final StreamRpc.Responses responses;
    private @Nullable StoreSnapshot snapshot;
    private boolean asked;
    private boolean measured;
    private boolean reading;
    private boolean over;

    Stream(StreamRpc.Responses responses) {
      this.responses = responses;
    }

    @Override
    public void request(Bytes bytes) {
      if (!asked) {
        asked = true;
        member.store().snapshot(member.node().members().cluster(), this::taken);
      }
    }

    private void taken(StoreSnapshot of) {
      if (over) {
        of.close();
      } else {
        snapshot = of;
        of.measure(() -> {
          measured = true;
          sendNext();
        });
      }
    }

    private void sendNext() {
      if (snapshot != null && measured && !reading && !over && responses.isReady()) {
        reading = true;
        snapshot.next(this::send);
      }
    }

    private void send(StoreSnapshot.Part part) {
      reading = false;
      var bytes = part.bytes();
      var response =
          SnapshotResponse.newBuilder()
              .setRemainingBytes(part.remaining())
              .setVersion(EtcdServices.API_VERSION)
              .setBlob(
                  UnsafeByteOperations.unsafeWrap(bytes.array(), bytes.offset(), bytes.length()))
              .build();
      responses.send(Bytes.of(response.toByteArray()));
      if (part.last()) {
        close();
        responses.done();
      } else {
        sendNext();
      }
    }

    void fail(ServingNode.Status why) {
      close();
      responses.failed(why.code(), why.text());
    }

    private void close() {
      over = true;
      streams.remove(this);
      if (snapshot != null) {
        snapshot.close();
        snapshot = null;
      }
    }

    @Override
    public void ready() {
      sendNext();
    }

    /// The one request has come.
    @Override
    public void ended() {}

    @Override
    public void cancelled() {
      close();
    }
  }
}
