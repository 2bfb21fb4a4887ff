// Random sessions against a real venue behind rings that are always too small: whatever is asked is
// answered exactly once, no cancel is lost, and the table knows what the venue has open.
#include <map>
#include <random>

#include "gateway/fix/orders/desk/order_desk.hpp"
#include "tests/fix_desk/desk_bed.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

std::string field(std::string_view body, const std::string& tag) {
    const std::string name = "\x01" + tag + "=";
    const std::string text = "\x01" + std::string{body};
    const std::size_t at = text.find(name);
    if (at == text.npos) return {};
    const std::size_t begin = at + name.size();
    return text.substr(begin, text.find('\x01', begin) - begin);
}

/// The requests that a message answers.
std::vector<std::string> answered_by(const DeskOutput::Sent& sent) {
    const std::string id = field(sent.body, "11");
    if (sent.type == "j") return {field(sent.body, "379")};
    if (sent.type == "9" || sent.type == "r") return {id};
    if (sent.type != "8") return {};
    const std::string kind = field(sent.body, "150");
    if (kind == "I") return {field(sent.body, "790")};
    if (kind == "0" || kind == "8" || kind == "5") return {id};
    if (kind != "4") return {};
    const std::string original = field(sent.body, "41");
    const bool withdrawn = field(sent.body, "37") == "NONE";
    std::vector<std::string> all;
    if (withdrawn) all.push_back(original.empty() ? id : original);
    if (!original.empty() && !id.starts_with("q")) all.push_back(id);
    return all;
}

class RandomDesk : public DeskBed {
public:
    explicit RandomDesk(std::uint64_t seed) : DeskBed{small()}, random_{seed} {}

    static DeskOptions small() {
        DeskOptions options;
        options.urgent = 4;
        options.ordinary = 4;
        options.limits.reports_per_turn = 8;
        options.limits.statuses_per_turn = 2;
        return options;
    }
    std::size_t below(std::size_t n) { return random_() % n; }

    void step() {
        const std::size_t what = below(100);
        if (what < 30) return order();
        if (what < 42) return replace();
        if (what < 62) return cancel();
        if (what < 63) return mass_cancel();
        if (what < 66) return status();
        if (what < 76) return desk_turn();
        if (what < 96) return (void)shard.step();
        if (what < 98) return shard.take();
        if (what < 99 && below(8) == 0) return shard.shed(gateway::ShedCause::queue_full);
        if (below(10) == 0) shard.set_mode(static_cast<gateway::LoadMode>(below(5)));
    }
    void desk_turn() {
        now += 1ms;
        shard.now = now;
        desk->turn(now, output);
        hear();
    }
    void settle() {
        shard.set_mode(gateway::LoadMode::normal);
        for (int i = 0; i < 10'000; ++i) {
            desk_turn();
            if (!shard.step() && !desk->has_work()) break;
        }
        desk_turn();
    }
    void cancel_everything() {
        for (const SessionId session : {client1, client2}) {
            const std::string id = next("q");
            send(session, "q", mass_cancel_text(id), id);
        }
        settle();
    }
    void expect_all_answered() {
        for (const auto& [id, answers] : answers_)
            EXPECT_EQ(answers, 1) << id;
    }

private:
    SessionId some_session() { return below(2) == 0 ? client1 : client2; }
    std::string next(const std::string& kind) { return kind + std::to_string(++count_); }
    std::string some_id(SessionId id) {
        const auto& all = used_[id];
        if (all.empty() || below(20) == 0) return "nope";
        // Mostly the newest, for those are open.
        const std::size_t back =
            below(2) == 0 ? below(std::min<std::size_t>(all.size(), 6)) : below(all.size());
        return all[all.size() - 1 - back];
    }
    std::string some_price() { return "100.0" + std::to_string(below(6)); }
    void send(SessionId id, const std::string& type, const std::string& body,
              const std::string& request) {
        answers_.try_emplace(request, 0);
        ask(id, type, body);
        hear();
    }
    void order() {
        const SessionId session = some_session();
        const std::string id = next("d");
        const char side = below(2) == 0 ? '1' : '2';
        const std::string tif = below(6) == 0 ? "59=3|" : below(6) == 0 ? "59=1|" : "";
        send(session, "D",
             limit_order_text(id, side, below(30) == 0 ? "0.00" : some_price(),
                              std::to_string(1 + below(20)), below(3) == 0 ? "GLOBEX" : "ACME") +
                 tif,
             id);
        used_[session].push_back(id);
    }
    void replace() {
        const SessionId session = some_session();
        const std::string id = next("g");
        const bool keeps_price = below(3) == 0;
        send(session, "G",
             replace_text(id, some_id(session), keeps_price ? "100.00" : some_price(),
                          std::to_string(1 + below(20))),
             id);
        used_[session].push_back(id);
    }
    void cancel() {
        const SessionId session = some_session();
        const std::string id = next("f");
        send(session, "F", cancel_text(id, some_id(session)), id);
    }
    void mass_cancel() {
        const SessionId session = some_session();
        const std::string id = next("q");
        send(session, "q", mass_cancel_text(id), id);
    }
    void status() {
        const SessionId session = some_session();
        const std::string id = next("h");
        send(session, "H", "11=" + some_id(session) + "|790=" + id + "|55=ACME|54=1|", id);
    }
    void hear() {
        for (auto& [id, session] : output.sessions) {
            for (const DeskOutput::Sent& sent : session.sent) {
                for (const std::string& request : answered_by(sent)) {
                    const auto found = answers_.find(request);
                    ASSERT_NE(found, answers_.end()) << request << ' ' << with_bars(sent.body);
                    ++found->second;
                }
            }
            session.sent.clear();
        }
    }

    std::mt19937_64 random_;
    std::map<SessionId, std::vector<std::string>> used_;
    std::map<std::string, int> answers_;
    std::uint64_t count_ = 0;
};

TEST(OrderDeskPropertyTest, AnswersEveryRequestOnceAndLosesNoCancel) {
    const std::uint64_t seed = test_seed();
    for (std::uint64_t round = 0; round < 6; ++round) {
        RandomDesk desk{seed + round};
        for (int part = 0; part < 5; ++part) {
            for (int i = 0; i < 3'000; ++i)
                desk.step();
            desk.settle();
            ASSERT_EQ(desk.counts().open_orders, desk.shard.venue().open_orders());
        }
        desk.cancel_everything();
        EXPECT_EQ(desk.shard.venue().open_orders(), 0U);
        EXPECT_EQ(desk.counts().open_orders, 0U);
        EXPECT_GT(desk.counts().withdrawn, 0U);
        EXPECT_GT(desk.counts().urgent_waited, 0U);
        EXPECT_GT(desk.counts().ring_full, 0U);
        EXPECT_EQ(desk.counts().untracked, 0U);
        desk.expect_all_answered();
        if (testing::Test::HasFailure()) return;
    }
}

}  // namespace
}  // namespace tickweir::tests
