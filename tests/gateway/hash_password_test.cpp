// What `tickweir hash-password` makes of what it reads.
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "gateway/commands/hash_password.hpp"
#include "gateway/fix/password.hpp"

namespace tickweir::gateway {
namespace {

struct Ran {
    int status;
    std::string out;
    std::string err;
};

Ran run(const std::string& input) {
    std::istringstream in{input};
    std::ostringstream out;
    std::ostringstream err;
    const int status = run_hash_password({.log_n = 10}, in, out, err);
    return {status, out.str(), err.str()};
}

TEST(HashPassword, PrintsAHashOfTheFirstLine) {
    for (const auto* const input : {"secret", "secret\n", "secret\r\n", "secret\nmore\n"}) {
        const Ran ran = run(input);
        EXPECT_EQ(ran.status, 0);
        EXPECT_EQ(ran.err, "");
        ASSERT_TRUE(ran.out.ends_with('\n'));
        const auto hash = fix::PasswordHash::parse(ran.out.substr(0, ran.out.size() - 1));
        ASSERT_TRUE(hash) << ran.out;
        EXPECT_TRUE(hash->matches("secret"));
        EXPECT_EQ(ran.out.find("secret"), std::string::npos);
    }
}

TEST(HashPassword, RefusesWhatIsNoPassword) {
    for (const std::string& input :
         {std::string{}, std::string{"\n"}, std::string(257, 'x'), std::string{"a\0b\n", 4}}) {
        const Ran ran = run(input);
        EXPECT_EQ(ran.status, 2);
        EXPECT_EQ(ran.out, "");
        EXPECT_NE(ran.err, "");
    }
}

}  // namespace
}  // namespace tickweir::gateway
