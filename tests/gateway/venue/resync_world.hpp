// A venue with FIX sessions over the fault file system, one thread, no sockets: what clients send
// is executed by a real engine, and what it says is delivered as reports. It lives, and is killed.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gateway/fix/open_stores.hpp"
#include "gateway/fix/sessions.hpp"
#include "gateway/fix/stored_session.hpp"
#include "gateway/venue/reports_again.hpp"
#include "gateway/venue/session_history.hpp"
#include "gateway/venue/session_log.hpp"
#include "tests/fix/fix_gateway.hpp"
#include "tests/gateway/venue/resync_client.hpp"
#include "tests/gateway/venue/venue_world.hpp"

namespace tickweir::tests {

inline gateway::Config resync_config() {
    return venue_config(R"([sessions.T]
accounts = ["A", "B"]
)");
}

/// Executes what clients send, and delivers what is durable: an order desk of the simplest kind.
class ResyncDesk final : public gateway::fix::Application {
public:
    ResyncDesk(txn::Engine& engine, book::TimeNs& now) : engine_{engine}, now_{now} {}

    bool takes(std::string_view type) const override { return type == "D" || type == "F"; }
    void on_logon(gateway::fix::SessionId, book::TimeNs, gateway::fix::SessionOutput&) override {}
    void on_logout(gateway::fix::SessionId, book::TimeNs) override {}
    void on_message(gateway::fix::SessionId session, const codecs::fix::Message& message,
                    book::TimeNs now, gateway::fix::SessionOutput&) override {
        txn::Command command;
        command.envelope.session = txn::SessionId{static_cast<std::uint32_t>(session) + 1};
        command.envelope.sequence = *message.get_uint(34);
        command.envelope.arrived = command.envelope.time = now;
        // What was sent before is known, or not to be executed (DESIGN §9).
        if (message.get_bool(43).value_or(false)) return;
        if (message.msg_type() == "F")
            command.body = txn::CancelOrder{
                txn::ClientOrderId{*message.find(11)}, txn::ClientOrderId{*message.find(41)}, {}};
        else
            command.body = order_of(message);
        (void)engine_.shard(0).execute(command);
    }
    bool turn(book::TimeNs, gateway::fix::SessionOutput& output) override {
        return engine_.release(0, [&](const txn::ReleasedOutcome& outcome) {
            for (std::size_t i = 0; i < outcome.events.size(); ++i)
                tell(outcome, i, output);
        }) != 0;
    }
    bool has_work() const override { return false; }

    /// What a session is told of an event of a record.
    static std::string report(std::uint16_t log, txn::log::Lsn lsn, std::size_t place) {
        return "17=" + std::to_string(log) + "." + std::to_string(number(lsn)) + "-" +
               std::to_string(place) + "|";
    }

private:
    txn::NewOrder order_of(const codecs::fix::Message& message) const {
        txn::NewOrder order;
        order.client_id = txn::ClientOrderId{*message.find(11)};
        order.account = txn::AccountId{*message.find(1) == "A" ? 1u : 2u};
        order.side = *message.find(54) == "1" ? txn::Side::buy : txn::Side::sell;
        order.price = txn::Price{*message.get_int(44)};
        order.quantity = txn::Quantity{*message.get_int(38)};
        return order;
    }
    void tell(const txn::ReleasedOutcome& outcome, std::size_t i,
              gateway::fix::SessionOutput& output) {
        const txn::Event& event = outcome.events[i];
        if (event.session == txn::operator_session) return;
        const std::string id =
            outcome.logged ? report(engine_.identity().log_number, outcome.lsn, i + 1)
                           : "17=R-" + std::to_string(now_.time_since_epoch().count()) + "|";
        (void)output.deliver(gateway::fix::SessionId{static_cast<std::uint32_t>(event.session) - 1},
                             "8", with_soh(id));
    }

    txn::Engine& engine_;
    book::TimeNs& now_;
};

/// One life of all of it.
class ResyncLife {
public:
    book::TimeNs now;

    ResyncLife(FaultFiles& files, const gateway::Config& config, book::TimeNs begin,
               std::deque<ResyncClient>& clients)
        : now{begin}, files_{files}, clients_{clients}, connected_(clients.size()) {
        settings_.store_directory = "fix";
        settings_.port = 0;
        for (const ResyncClient& client : clients)
            settings_.sessions.push_back(fix_session(client.name()));
        open_stores_of(config);
        venue_ = std::make_unique<VenueLife>(files, config, now);
        if (venue_->opened.engine == nullptr) {
            ADD_FAILURE() << venue_->opened.report.refused;
            return;
        }
        log_ = std::make_unique<gateway::SessionLog>(venue_->role);
        log_->set_sessions(stored_);
        desk_ = std::make_unique<ResyncDesk>(engine(), now);
        sessions_ = std::make_unique<gateway::fix::Sessions>(
            gateway::fix::SessionsParts{.settings = &settings_,
                                        .stores = std::move(opened_.stores),
                                        .applications = {desk_.get()},
                                        .reserve = log_.get()});
        resume(config);
        venue_->settle();
    }

    txn::Engine& engine() { return *venue_->opened.engine; }
    gateway::fix::Sessions& sessions() { return *sessions_; }
    bool connected(std::size_t client) const { return connected_[client]; }
    /// Told again when this life began.
    std::uint64_t told_again() const { return told_again_; }
    std::uint64_t history_records() const { return history_records_; }

    void log_on(std::size_t client, bool resets = false) {
        connected_[client] = true;
        const std::string wire = clients_[client].logon(resets);
        codecs::fix::Message message;
        ASSERT_EQ(message.index(wire), codecs::fix::MessageFault::none);
        sessions_->begin(id_of(client), clients_[client], "127.0.0.1", message, now);
    }
    void disconnect(std::size_t client) {
        if (!connected_[client]) return;
        connected_[client] = false;
        sessions_->end(id_of(client), now);
    }
    void say(std::size_t client, const std::string& wire) {
        codecs::fix::Message message;
        ASSERT_EQ(message.index(wire), codecs::fix::MessageFault::none);
        if (connected_[client]) sessions_->on_frame(id_of(client), message, now);
    }

    /// As the FIX role's: what was taken, resends, applications, numbers and messages to the disk,
    /// and only then the sockets. Answers of clients come with the next turn.
    void turn(bool sends = true) {
        now += std::chrono::milliseconds{1};
        (void)sessions_->turn(now);
        (void)desk_->turn(now, *sessions_);
        sessions_->flush();
        if (!sends || files_.stopped()) return;
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            if (!connected_[i] || !sessions_->may_send(id_of(i))) continue;
            for (const std::string& answer : clients_[i].receive())
                say(i, answer);
            if (clients_[i].hung_up()) disconnect(i);
        }
    }
    void turn_log() { (void)engine().turn_log(now); }
    /// Until nothing is on its way any more.
    void settle() {
        for (int i = 0; i < 40; ++i) {
            turn_log();
            turn();
        }
    }
    void write_copy() { (void)log_->write_copy(files_, "data"); }

    /// Power fails, or the process is killed; what was not handed to the system is gone with it.
    void crash(std::uint64_t seed, Kept kept) {
        files_.crash(seed, kept);
        for (std::size_t i = 0; i < clients_.size(); ++i)
            connected_[i] = false;
        sessions_.reset();
        opened_ = {};
        venue_.reset();
    }
    /// As the program stops.
    void close() {
        for (std::size_t i = 0; i < clients_.size(); ++i)
            disconnect(i);
        EXPECT_TRUE(sessions_->close());
        EXPECT_TRUE(opened_.directory->close());
        venue_->role.stop(now);
        EXPECT_TRUE(engine().close(now));
        write_copy();
    }

    /// ExecIDs of everything that the log has for a session.
    std::vector<std::string> logged(std::size_t client) {
        gateway::ReportsAgainOptions options{
            .data = "data",
            .id = engine().identity().id,
            .last = engine().durable().load(),
            .told = std::vector(client + 2, gateway::fix::all_told),
            .done = {}};
        options.told[client + 1] = {};
        gateway::ReportsAgain reader{files_, std::move(options)};
        std::vector<std::string> ids;
        gateway::VenueReport report;
        for (auto step = reader.next(report); step != gateway::ReportsAgain::Step::over;
             step = reader.next(report)) {
            if (step == gateway::ReportsAgain::Step::failed) {
                EXPECT_TRUE(files_.stopped()) << reader.fault();
                break;
            }
            if (step == gateway::ReportsAgain::Step::report)
                ids.push_back(
                    ResyncDesk::report(engine().identity().log_number, report.lsn, report.place));
        }
        return ids;
    }

private:
    static gateway::fix::SessionId id_of(std::size_t client) {
        return gateway::fix::SessionId{static_cast<std::uint32_t>(client)};
    }

    void open_stores_of(const gateway::Config& config) {
        opened_ = gateway::fix::open_stores(settings_, files_, now);
        const auto identity = gateway::plan_venue(files_, config).identity;
        for (std::size_t i = 0; i < clients_.size(); ++i)
            stored_.push_back(gateway::fix::stored_session(
                clients_[i].name(), *opened_.stores[i], !opened_.directory->was_closed(),
                identity ? std::optional{identity->log_number} : std::nullopt));
    }

    /// As VenueHost does while it recovers, and a desk with what it is handed.
    void resume(const gateway::Config& config) {
        const gateway::RecoveredLog log{config.venue.data, engine().identity().id,
                                        venue_->opened.report.snapshot,
                                        venue_->opened.report.log.last};
        gateway::ReadHistory read =
            gateway::read_history(files_, log, log_->stored(), engine().state().settings(), {});
        ASSERT_EQ(read.fault, "");
        ASSERT_EQ(read.note, "");
        history_records_ = read.records;
        gateway::ReportsAgain again{files_,
                                    {.data = log.data,
                                     .id = log.id,
                                     .first = read.first,
                                     .last = log.last,
                                     .told = read.told,
                                     .done = {}}};
        log_->open(engine().log().ring(), engine().durable(), engine().identity().log_number,
                   std::move(read.resumed), std::move(read.blocks));
        EXPECT_TRUE(sessions_->resume_if_open());
        (void)sessions_->turn(now);
        gateway::VenueReport report;
        for (auto step = again.next(report); step != gateway::ReportsAgain::Step::over;
             step = again.next(report)) {
            ASSERT_NE(step, gateway::ReportsAgain::Step::failed) << again.fault();
            if (step == gateway::ReportsAgain::Step::report) tell_again(report);
        }
    }
    void tell_again(const gateway::VenueReport& report) {
        ++told_again_;
        const gateway::fix::SessionId id{static_cast<std::uint32_t>(report.event.session) - 1};
        (void)sessions_->deliver(
            id, "8",
            with_soh("97=Y|" +
                     ResyncDesk::report(engine().identity().log_number, report.lsn, report.place)));
    }

    FaultFiles& files_;
    std::deque<ResyncClient>& clients_;
    std::vector<bool> connected_;
    gateway::fix::FixSettings settings_;
    gateway::fix::OpenedStores opened_;
    std::vector<gateway::fix::StoredSession> stored_;
    std::unique_ptr<VenueLife> venue_;
    std::unique_ptr<gateway::SessionLog> log_;
    std::unique_ptr<ResyncDesk> desk_;
    std::unique_ptr<gateway::fix::Sessions> sessions_;
    std::uint64_t told_again_ = 0;
    std::uint64_t history_records_ = 0;
};

}  // namespace tickweir::tests
