package io.quorate.cli.it;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.quorate.api.WatchResponse;
import io.quorate.api.mvcc.Event;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A watch of everything from revision 1 on, which goes to another node whenever the present one
/// ends it, and goes on there behind what it has seen. What it sees is told to a [Ledger].
final class WatchFromTheStart {
  private static final ByteString ALL = ByteString.copyFrom(new byte[1]);

  private final Cluster cluster;
  private final Ledger ledger;
  private final Random choices;
  private volatile long seen;
  private volatile @Nullable String ended;

  WatchFromTheStart(Cluster cluster, Ledger ledger, Random choices) {
    this.cluster = cluster;
    this.ledger = ledger;
    this.choices = choices;
  }

  /// Everything up to this revision has been seen.
  long seen() {
    return seen;
  }

  /// Why the watch cannot go on; null while it does.
  @Nullable String ended() {
    return ended;
  }

  /// Watches until the thread is interrupted.
  void run() {
    while (!Thread.currentThread().isInterrupted() && ended == null) {
      int node = 1 + choices.nextInt(cluster.size());
      try (var client = Node.at(cluster.endpoint(node));
          var call = WatchCall.open(client)) {
        call.send(WatchCall.of("\0").setRangeEnd(ALL).setStartRevision(seen + 1).setPrevKv(true));
        while (!call.isOver()) {
          var response = call.nextWithin(200);
          if (response != null) {
            take(response);
          }
        }
        var status = call.end();
        if (status.getCode() != Status.Code.UNAVAILABLE) {
          ended = status.toString();
        }
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void take(WatchResponse response) {
    if (response.getCanceled()) {
      ended = "the watch was cancelled: " + response;
      return;
    }
    for (var event : response.getEventsList()) {
      var kv = event.getKv();
      if (event.getType() != Event.EventType.PUT) {
        ended = "nobody deleted anything: " + event;
        return;
      }
      ledger.watched(
          kv.getKey().toStringUtf8(), kv.getValue().toStringUtf8(), seen, kv.getModRevision());
      seen = kv.getModRevision();
    }
  }
}
