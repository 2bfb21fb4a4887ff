// The local exchange with its sockets: a capture that is played, an Exchange that knows what each
// client gets of it, and a Server that carries both over WebSocket and HTTP on one port.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "book/types.hpp"
#include "gateway/play/venue/exchange.hpp"
#include "gateway/play/venue/paced_json.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/runtime/role.hpp"
#include "gateway/serve/net/server.hpp"
#include "gateway/tls_context.hpp"

namespace tickweir::gateway::venue {

struct VenueServerOptions {
    std::filesystem::path capture;
    std::optional<codecs::json::VenueId> venue;  ///< where the capture does not say it
    replay::SpeedMillionths speed = 1'000'000;
    bool loop = false;
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    std::optional<TlsServerOptions> tls = std::nullopt;
    ExchangeFaults faults;
    std::chrono::milliseconds kill_every{0};  ///< while the capture is played; 0: never
    /// Of one client. As fast as it goes, playing waits beyond that: it would be all of the
    /// capture.
    std::size_t unsent_mark = std::size_t{4} << 20;
    ExchangeLimits limits;
};

class VenueServer final : public Role {
public:
    /// Reads the capture once for what it has, opens it and the port. Throws std::runtime_error
    /// with a line that says what is wrong with which. `reactor` must outlive this.
    VenueServer(const VenueServerOptions& options, Reactor& reactor);
    ~VenueServer() override;

    std::string_view name() const override { return "venue"; }
    bool turn(book::TimeNs now) override;
    bool has_work() const override;
    std::optional<book::TimeNs> next_due() const override;
    void stop(book::TimeNs now) override;
    bool stopped() const override;

    std::uint16_t port() const { return port_; }
    codecs::json::VenueId venue() const { return catalog_->venue(); }
    /// The capture is over, and is not played again.
    bool over() const { return over_; }
    /// Why a capture ended early; empty: it did not.
    const std::string& trouble() const { return trouble_; }
    const ExchangeCounts& counts() const { return exchange_->counts(); }
    const ServerCounts& server_counts() const { return server_->counts(); }
    std::uint64_t lines() const { return lines_; }
    std::uint64_t kills() const { return kills_; }

private:
    bool play(book::TimeNs now);
    void on_end();
    bool open_capture();
    bool kill(book::TimeNs now);

    VenueServerOptions options_;
    std::optional<Catalog> catalog_;
    std::optional<PacedJson> capture_;
    std::optional<TlsContext> tls_;
    std::unique_ptr<Exchange> exchange_;
    std::unique_ptr<Server> server_;  // uses the exchange
    std::uint16_t port_ = 0;
    bool over_ = false;
    bool stopping_ = false;
    std::optional<book::TimeNs> play_due_;
    std::optional<book::TimeNs> kill_at_;
    std::uint64_t lines_ = 0;
    std::uint64_t kills_ = 0;
    std::string trouble_;
};

}  // namespace tickweir::gateway::venue
