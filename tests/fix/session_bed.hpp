// Sessions without sockets in a test: one of them, and lines that keep what is said.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codecs/fix/message.hpp"
#include "gateway/fix/sessions.hpp"
#include "gateway/runtime/host.hpp"
#include "tests/fix/fake_reserve.hpp"
#include "tests/fix/fix_gateway.hpp"
#include "tests/fix/fix_text.hpp"
#include "tests/support/fault_files.hpp"

namespace tickweir::tests {

/// What was said, with `|` for SOH; what the sessions would let a socket have of it is for the
/// test.
class FakeLine final : public gateway::fix::SessionLine {
public:
    [[nodiscard]] bool append(std::string_view wire) override {
        said.emplace_back(with_bars(wire));
        return true;
    }
    std::size_t queued() const override { return 0; }
    void hang_up() override { hung_up = true; }
    void cut() override { hung_up = true; }

    std::vector<std::string> take() { return std::exchange(said, {}); }

    std::vector<std::string> said;
    bool hung_up = false;
};

/// One session, "A".
struct SessionBed {
    static constexpr gateway::fix::SessionId id{0};

    explicit SessionBed(gateway::fix::NumberReserve* reserve = nullptr,
                        std::vector<gateway::fix::Application*> served = {},
                        std::string validated_by = {})
        : applications{std::move(served)},
          dictionary{std::move(validated_by)},
          settings{fix_settings({"A"}, "fix")} {
        open(reserve);
    }
    void open(gateway::fix::NumberReserve* reserve) {
        stores = gateway::fix::open_stores(settings, files, now);
        created = stores.stores[0]->created();
        sessions = std::make_unique<gateway::fix::Sessions>(
            gateway::fix::SessionsParts{.settings = &settings,
                                        .stores = std::move(stores.stores),
                                        .applications = applications,
                                        .dictionary = dictionary,
                                        .reserve = reserve});
    }
    /// As a process that is killed behind a turn.
    void kill() {
        if (line) disconnect();
        sessions->flush();
        sessions.reset();
        stores = {};
    }

    void log_on(std::uint64_t number, const std::string& more = "108=30|") {
        line = std::make_unique<FakeLine>();
        codecs::fix::Message message;
        const std::string wire = client_logon("A", number, more);
        ASSERT_EQ(message.index(wire), codecs::fix::MessageFault::none);
        sessions->begin(id, *line, "127.0.0.1", message, now);
    }
    void say(const std::string& wire) {
        codecs::fix::Message message;
        ASSERT_EQ(message.index(wire), codecs::fix::MessageFault::none);
        sessions->on_frame(id, message, now);
    }
    void disconnect() {
        sessions->end(id, now);
        line.reset();
    }
    gateway::fix::SendStatus deliver(const std::string& body, const std::string& type = "8") {
        return sessions->deliver(id, type, with_soh(body));
    }
    std::uint64_t next_outbound() const { return sessions->status(id, now).next_outbound; }
    std::uint64_t next_inbound() const { return sessions->status(id, now).next_inbound; }

    std::vector<gateway::fix::Application*> applications;  // from the next open() on, as is
    std::string dictionary;                                // this
    FaultFiles files;
    gateway::fix::FixSettings settings;
    book::TimeNs now = gateway::wall_clock_now();
    book::TimeNs created{};
    gateway::fix::OpenedStores stores;
    std::unique_ptr<gateway::fix::Sessions> sessions;
    std::unique_ptr<FakeLine> line;
};

}  // namespace tickweir::tests
