#include "gateway/commands/publish.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/exit_status.hpp"
#include "gateway/play/publisher.hpp"
#include "gateway/play/stop_signals.hpp"
#include "gateway/progress.hpp"
#include "gateway/runtime/host.hpp"

namespace tickweir::gateway {
namespace {

PublisherOptions publisher_options(const PublishOptions& options) {
    PublisherOptions made;
    made.capture = options.capture;
    made.format = options.format;
    made.pace = {options.speed, options.rate};
    made.loop = options.loop;
    made.session = options.session;
    made.start_delay = options.start_delay;
    made.linger = options.linger;
    for (const auto& to : {options.mold, options.mold_b})
        if (to)
            made.lines.push_back({.to = *to, .interface = options.interface, .ttl = options.ttl});
    made.faults = options.faults;
    made.line_b_delay = options.delay_b;
    made.seed = options.seed;
    made.stall_every = options.stall_every;
    made.stall_length = options.stall;
    if (options.rerequest) made.requests = UdpAddress{options.bind, *options.rerequest};
    made.request_limits.client_packets_per_s = options.rerequest_rate;
    made.request_limits.packets_per_s =
        std::max(made.request_limits.packets_per_s, options.rerequest_rate);
    made.request_faults = {options.rerequest_loss, options.rerequest_mute, options.seed};
    if (options.soup) made.soup = UdpAddress{options.bind, *options.soup};
    made.soup_access = {options.soup_user, options.soup_password};
    made.archive.bytes_max = options.archive_bytes;
    return made;
}

void say_where(const PublishOptions& options, const Publisher& publisher, std::ostream& out) {
    out << "publishing";
    if (options.mold) out << " mold=" << udp_url(*options.mold);
    if (options.mold_b) out << " mold_b=" << udp_url(*options.mold_b);
    if (const auto address = publisher.request_address())
        out << " rerequest=" << to_string(*address);
    if (const auto address = publisher.soup_address()) out << " soup=" << to_string(*address);
    out << " session=" << publisher.session() << std::endl;
}

/// Writes ` name=value`.
class Pairs {
public:
    explicit Pairs(std::ostream& out) : out_{out} {}
    Pairs& operator()(std::string_view name, std::uint64_t value) {
        out_ << ' ' << name << '=' << value;
        return *this;
    }

private:
    std::ostream& out_;
};

void say_requests(const PublisherReport& report, Pairs& pairs) {
    const RerequestCounts& counts = report.requests;
    std::uint64_t all = 0;
    for (const std::uint64_t requests : counts.requests)
        all += requests;
    const std::uint64_t answered = counts.of(RerequestStatus::accepted);
    const std::uint64_t limited =
        counts.of(RerequestStatus::client_limit) + counts.of(RerequestStatus::total_limit);
    pairs("requests", all)("requests_answered", answered)("requests_limited", limited)(
        "requests_refused", all - answered - limited)("answer_packets", counts.packets)(
        "answer_messages", counts.messages)("answers_lost", counts.lost + report.answers_unsent);
}

void say_what(const PublishOptions& options, const PublisherReport& report,
              std::chrono::nanoseconds took, std::ostream& out) {
    out << "published";
    Pairs pairs{out};
    pairs("sessions", report.sessions)("messages", report.messages)("bytes", report.bytes);
    pairs("left_out", report.too_long)("missing_in_capture", report.capture_lost);
    if (options.mold)
        pairs("packets", report.packets)("lost", report.lines.lost)(
            "duplicated", report.lines.doubled)("reordered", report.lines.reordered)(
            "not_sent", report.send_failures + report.evicted);
    if (options.rerequest) say_requests(report, pairs);
    if (options.soup)
        pairs("soup_connections", report.soup.connections)("soup_messages", report.soup.messages)(
            "soup_refused", report.soup.refused + report.soup.rejected)(
            "soup_dropped", report.soup.behind + report.soup.faults);
    std::array<char, 32> seconds{};
    std::snprintf(seconds.data(), seconds.size(), "%.3f",
                  std::chrono::duration<double>(took).count());
    out << " seconds=" << seconds.data() << std::endl;
}

/// Gives the publisher its turns until it is done.
void play(Publisher& publisher, Reactor& reactor, StopSignals& signals) {
    Progress progress{"messages"};
    while (!publisher.stopped()) {
        const book::TimeNs now = wall_clock_now();
        if (signals.take()) publisher.stop(now);
        bool worked = publisher.turn(now);
        worked |= reactor.poll();
        if (progress.shown() && publisher.capture() != nullptr)
            progress.update({publisher.report().messages, publisher.capture()->file_position(),
                             publisher.capture()->file_bytes()});
        if (worked || publisher.stopped()) continue;
        std::optional<std::int64_t> timeout_ns;
        if (const auto due = publisher.next_due())
            timeout_ns = std::max<std::int64_t>((*due - wall_clock_now()).count(), 0);
        reactor.wait(timeout_ns, [] { return false; });
    }
}

int complain(std::ostream& err, const std::string& what, ExitStatus status) {
    err << "tickweir publish: " << what << '\n';
    return static_cast<int>(status);
}

}  // namespace

int run_publish(const PublishOptions& options, std::ostream& out, std::ostream& err) {
    Reactor reactor;
    StopSignals signals{reactor};
    std::unique_ptr<Publisher> publisher;
    const book::TimeNs begun = wall_clock_now();
    try {
        publisher = std::make_unique<Publisher>(publisher_options(options), reactor, begun);
    } catch (const std::exception& error) {
        return complain(err, error.what(), ExitStatus::usage);
    }
    say_where(options, *publisher, out);
    play(*publisher, reactor, signals);
    const PublisherReport report = publisher->report();
    say_what(options, report, wall_clock_now() - begun, out);
    if (publisher->damaged()) return complain(err, publisher->trouble(), ExitStatus::damaged);
    if (!publisher->trouble().empty())
        return complain(err, publisher->trouble(), ExitStatus::failed);
    if (!publisher->send_trouble().empty())
        return complain(err, publisher->send_trouble(), ExitStatus::failed);
    return static_cast<int>(ExitStatus::ok);
}

}  // namespace tickweir::gateway
