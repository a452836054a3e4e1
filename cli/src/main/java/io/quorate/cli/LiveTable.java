package io.quorate.cli;

import io.quorate.server.Server;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The nodes of a cluster in a few lines that renew themselves; nothing where no one looks.
final class LiveTable {
  private static final int SECONDS = 1;
  private static final String CLEAR_LINE = "\u001b[2K";

  private final List<Server> servers;
  private final PrintWriter out;
  private int shown;

  LiveTable(List<Server> servers, PrintWriter out) {
    this.servers = servers;
    this.out = out;
  }

  /// Goes on until the latch opens.
  void showUntil(CountDownLatch end) throws InterruptedException {
    if (!Terminal.isThere()) {
      end.await();
      return;
    }
    do {
      show();
    } while (!end.await(SECONDS, TimeUnit.SECONDS));
  }

  private void show() throws InterruptedException {
    var table = new Table("NODE", "ROLE", "LEADER", "TERM", "DECIDED", "CLIENTS");
    for (var server : servers) {
      var glance = server.glance();
      table.row(
          glance.name(),
          glance.role(),
          glance.leader().isEmpty() ? "-" : glance.leader(),
          glance.term(),
          glance.decided(),
          glance.clients());
    }
    if (shown > 0) {
      out.printf("\u001b[%dA", shown);
    }
    var lines = table.lines();
    lines.forEach(line -> out.println(CLEAR_LINE + line));
    shown = lines.size();
    out.flush();
  }
}
