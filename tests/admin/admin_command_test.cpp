// `tickweir admin` against an admin port on loopback, behind which sessions are made up.
#include "gateway/commands/admin.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "gateway/admin/admin_role.hpp"
#include "gateway/admin/token_file.hpp"
#include "gateway/runtime/host.hpp"
#include "tests/admin/fake_sessions.hpp"
#include "tests/admin/fake_venue.hpp"

namespace tickweir::gateway::tests {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Action = AdminOptions::Action;

/// The sessions' thread, hosted beside the port.
class FakeFixRole final : public Role {
public:
    explicit FakeFixRole(fix::SessionsControl& control) : control_{control}, fake_{control} {}
    std::string_view name() const override { return "fix"; }
    bool turn(book::TimeNs) override { return answering_ && fake_.turn(); }
    bool has_work() const override { return answering_ && control_.has_commands(); }
    void stop(book::TimeNs) override { stopped_ = true; }
    bool stopped() const override { return stopped_; }

    /// Before the thread starts.
    void be_silent() { answering_ = false; }

private:
    fix::SessionsControl& control_;
    FakeSessions fake_;
    bool answering_ = true;
    bool stopped_ = false;
};

/// Likewise the venue's, which knows one account.
class FakeVenueRole final : public Role {
public:
    explicit FakeVenueRole(VenueControl& control) : control_{control} {}
    std::string_view name() const override { return "venue"; }
    bool turn(book::TimeNs) override {
        while (auto taken = control_.take_command()) {
            const bool asks = std::holds_alternative<control::ViewAccount>(taken->command);
            fake.next.account = asks ? std::optional{some_account()} : std::nullopt;
            fake.commands.push_back(std::move(taken->command));
            control_.answer(taken->ticket, taken->asker, fake.next);
        }
        return false;
    }
    bool has_work() const override { return control_.has_commands(); }
    void stop(book::TimeNs) override { stopped_ = true; }
    bool stopped() const override { return stopped_; }

private:
    VenueControl& control_;
    bool stopped_ = false;

public:
    FakeVenue fake{control_};
};

class AdminCommandTest : public testing::Test {
protected:
    AdminCommandTest() {
        std::string name = (fs::temp_directory_path() / "tickweir-admin-XXXXXX").string();
        if (::mkdtemp(name.data()) != nullptr) root_ = name;
        ::setenv("XDG_RUNTIME_DIR", root_.c_str(), 1);
        ::unsetenv("TICKWEIR_ADMIN_TOKEN");
    }
    ~AdminCommandTest() override {
        host_.request_stop(1s);
        host_.join();
        fs::remove_all(root_);
    }

    void start(ServerLimits limits = admin_server_limits()) {
        role_ = std::make_unique<AdminRole>(
            AdminParts{.limits = {},
                       .server = limits,
                       .control = control_,
                       .asking = {.venue = &venue_control_, .asker = &host_.reactor().waker()},
                       .token = "token",
                       .reactor = host_.reactor(),
                       .metrics = metrics_});
        port_ = role_->listen("127.0.0.1", 0);
        options_.url = "http://127.0.0.1:" + std::to_string(port_);
        control_.set_wakers(&host_.reactor().waker(), &host_.reactor().waker());
        venue_control_.set_waker(&host_.reactor().waker());
        host_.add(fix_);
        host_.add(venue_);
        host_.add(*role_);
        host_.start();
    }

    struct Run {
        int status;
        std::string out;
        std::string err;
    };
    Run run() {
        std::ostringstream out;
        std::ostringstream err;
        const int status = run_admin(options_, out, err);
        return {status, out.str(), err.str()};
    }
    Run run(Action action, std::vector<std::string> sessions = {}) {
        options_.action = action;
        options_.names = std::move(sessions);
        return run();
    }

    fs::path root_;
    Metrics metrics_;
    fix::SessionsControl control_;
    FakeFixRole fix_{control_};
    VenueControl venue_control_;
    FakeVenueRole venue_{venue_control_};
    Host host_{{.name = "admin"}};
    std::unique_ptr<AdminRole> role_;
    std::uint16_t port_ = 0;
    AdminOptions options_;
};

TEST_F(AdminCommandTest, FindsTheTokenThatTheGatewayMadeAndListsItsSessions) {
    start();
    const TokenFile file{token_paths(port_), "token"};
    const Run table = run(Action::sessions);
    EXPECT_EQ(table.status, 0) << table.err;
    EXPECT_EQ(table.err, "");
    EXPECT_NE(table.out.find("CLIENT1"), table.out.npos);
    EXPECT_NE(table.out.find("127.0.0.1:40001"), table.out.npos);
    EXPECT_NE(table.out.find("2023-11-14"), table.out.npos);
    EXPECT_NE(table.out.find("CLIENT/2"), table.out.npos);
    const Run one = run(Action::sessions, {"CLIENT/2", "NOPE"});
    EXPECT_EQ(one.status, 1);
    EXPECT_EQ(one.out.find("CLIENT1"), one.out.npos);
    EXPECT_EQ(one.err, "tickweir admin: there is no session 'NOPE'\n");
    options_.json = true;
    const Run json = run(Action::sessions);
    EXPECT_TRUE(json.out.starts_with("{\"sessions\":")) << json.out;
}

TEST_F(AdminCommandTest, CarriesOutActionsAndTellsWhatWasRefused) {
    start();
    ::setenv("TICKWEIR_ADMIN_TOKEN", "token", 1);
    options_.next_outbound = 9;
    Run reset = run(Action::reset, {"CLIENT1", "CLIENT/2"});
    EXPECT_EQ(reset.status, 1);
    EXPECT_EQ(reset.out, "CLIENT/2: reset done\n");
    EXPECT_EQ(reset.err, "tickweir admin: CLIENT1: 409: it is connected\n");
    options_.next_outbound.reset();
    options_.text = "good night";
    EXPECT_EQ(run(Action::logout, {"CLIENT1"}).out, "CLIENT1: logout done\n");
    EXPECT_EQ(run(Action::logout, {"CLIENT1"}).err,
              "tickweir admin: CLIENT1: 409: it is not logged on\n");
    EXPECT_EQ(run(Action::disable, {"CLIENT1"}).out, "CLIENT1: disable done\n");
    options_.text.reset();
    const auto rows = control_.rows();
    EXPECT_FALSE(rows[0].enabled);
    EXPECT_EQ(rows[1].next_outbound, 9U);
    options_.json = true;
    const Run enable = run(Action::enable, {"CLIENT1", "NOPE"});
    EXPECT_EQ(enable.status, 1);
    EXPECT_TRUE(enable.out.starts_with("{\"session\":")) << enable.out;
    EXPECT_NE(enable.out.find("\"code\":404"), enable.out.npos) << enable.out;
}

TEST_F(AdminCommandTest, SteersTheVenueAndShowsItsAccounts) {
    venue_.fake.next.lsn = txn::log::Lsn{7};
    venue_.fake.next.balance = {"USD", book::exact::Decimal{5, 0}, book::exact::Decimal{1, 0},
                                book::exact::Decimal{4, 0}};
    start();
    ::setenv("TICKWEIR_ADMIN_TOKEN", "token", 1);
    options_.asset = "USD";
    options_.amount = "12.5";
    EXPECT_EQ(run(Action::deposit, {"A1"}).out,
              "A1: deposit done, LSN 7: USD total 5, held 1, available 4\n");
    options_.asset.reset();
    options_.amount.reset();
    options_.all = true;
    EXPECT_TRUE(run(Action::kill)
                    .out.starts_with(
                        "kill done, LSN 7: 0 orders cancelled, 0 requests taken out of queues"));
    options_.all = false;
    EXPECT_TRUE(run(Action::halt, {"ACME", "GLOBEX"}).out.starts_with("ACME: halt done, LSN 7"));
    options_.floor = "L2";
    EXPECT_EQ(run(Action::mode).status, 0);
    options_.floor.reset();
    const Run account = run(Action::account, {"A1"});
    EXPECT_EQ(account.status, 0) << account.err;
    EXPECT_TRUE(account.out.starts_with("account A1 at LSN 42: 2 open orders, notional 50.5\n"))
        << account.out;
    for (const std::string_view part : {"100.5", "101.25", "281474976710657", "c-1"})
        EXPECT_NE(account.out.find(part), account.out.npos) << part;
    host_.request_stop(1s);
    host_.join();
    ASSERT_EQ(venue_.fake.commands.size(), 6U);
    EXPECT_EQ(std::get<control::Deposit>(venue_.fake.commands[0]).amount,
              (book::exact::Decimal{125, 1}));
    EXPECT_EQ(std::get<control::Halt>(venue_.fake.commands[3]).instrument, "GLOBEX");
    EXPECT_EQ(std::get<control::SetMode>(venue_.fake.commands[4]).floor, shield::LoadMode::shed);
}

TEST_F(AdminCommandTest, SaysWhereTheTokenWasLookedForAndWhichIsWrong) {
    start();
    const Run none = run(Action::sessions);
    EXPECT_EQ(none.status, 2);
    EXPECT_TRUE(none.err.starts_with("tickweir admin: there is no token in " + root_.string()))
        << none.err;
    options_.token_file = (root_ / "token").string();
    std::ofstream{*options_.token_file} << "wrong\n";
    const Run wrong = run(Action::sessions);
    EXPECT_EQ(wrong.status, 1);
    EXPECT_EQ(wrong.err, "tickweir admin: 401: the token is not the one of this gateway\n");
    std::ofstream{*options_.token_file} << "token\n";
    EXPECT_EQ(run(Action::sessions).status, 0);
}

TEST_F(AdminCommandTest, TellsOfAFixThreadThatDoesNotAnswer) {
    fix_.be_silent();
    ServerLimits limits = admin_server_limits();
    limits.answer_timeout = 50ms;
    start(limits);
    ::setenv("TICKWEIR_ADMIN_TOKEN", "token", 1);
    const Run late = run(Action::logout, {"CLIENT1"});
    EXPECT_EQ(late.status, 1);
    EXPECT_EQ(late.err, "tickweir admin: CLIENT1: 503: no answer in time\n");
}

TEST_F(AdminCommandTest, RefusesOptionsThatMakeNoSense) {
    ::setenv("TICKWEIR_ADMIN_TOKEN", "token", 1);
    EXPECT_EQ(run(Action::logout).err, "tickweir admin: which SESSION?\n");
    EXPECT_EQ(run(Action::logout, {""}).err, "tickweir admin: a name of SESSION is empty\n");
    options_.text = "x";
    EXPECT_EQ(run(Action::enable, {"A"}).err,
              "tickweir admin: --text goes with logout and disable\n");
    options_.text.reset();
    options_.next_inbound = 1;
    EXPECT_EQ(run(Action::enable, {"A"}).err, "tickweir admin: --next-inbound goes with reset\n");
    options_.next_inbound.reset();
    options_.url = "ftp://x";
    EXPECT_EQ(run(Action::sessions).status, 2);
    options_.url = "http://127.0.0.1:1";
    EXPECT_EQ(run(Action::sessions).status, 2);
    ::setenv("TICKWEIR_ADMIN_TOKEN", "a b", 1);
    EXPECT_EQ(run(Action::sessions).err,
              "tickweir admin: the token has characters that cannot be sent\n");
    host_.start();
}

}  // namespace
}  // namespace tickweir::gateway::tests
