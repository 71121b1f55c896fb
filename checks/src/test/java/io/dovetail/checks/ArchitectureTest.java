package io.dovetail.checks;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** The arrows of the house and what its floors may use: kernels, index, trainer, app, each seeing only those before. */
final class ArchitectureTest {

    private static final String KERNELS = "io.dovetail.kernels..";
    private static final String INDEX = "io.dovetail.index..";
    private static final String APP = "io.dovetail.app..";
    private static final String FORMATS = "io.dovetail.formats..";
    private static final String CHECKS = "io.dovetail.checks..";

    /** The trainer has several packages: it is what the others are not. */
    private static final DescribedPredicate<JavaClass> TRAINER = resideInAPackage("io.dovetail..")
            .and(not(resideInAnyPackage(KERNELS, INDEX, FORMATS, APP, CHECKS)))
            .as("in the trainer");

    private static final JavaClasses HOUSE = new ClassFileImporter().importPackages("io.dovetail");

    @Test
    void the_kernels_know_none_of_the_others() {
        noClasses()
                .that()
                .resideInAPackage(KERNELS)
                .should()
                .dependOnClassesThat(TRAINER.or(resideInAnyPackage(INDEX, FORMATS, APP)))
                .check(HOUSE);
    }

    @Test
    void the_index_knows_the_kernels_alone() {
        noClasses()
                .that()
                .resideInAPackage(INDEX)
                .should()
                .dependOnClassesThat(TRAINER.or(resideInAnyPackage(FORMATS, APP)))
                .check(HOUSE);
    }

    @Test
    void the_trainer_does_not_know_the_app() {
        noClasses()
                .that(TRAINER)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(APP)
                .allowEmptyShould(true)
                .check(HOUSE);
    }

    @Test
    void nobody_names_the_formats_and_they_do_not_know_the_app() {
        noClasses()
                .that()
                .resideOutsideOfPackage(FORMATS)
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(FORMATS, "dev.hardwood..", "com.github.luben..", "org.xerial.."))
                .check(HOUSE);
        noClasses()
                .that()
                .resideInAPackage(FORMATS)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(APP)
                .check(HOUSE);
    }

    @Test
    void packages_have_no_cycles() {
        slices().matching("io.dovetail.(**)").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    void only_the_kernels_name_the_vector_api() {
        noClasses()
                .that()
                .resideOutsideOfPackage(KERNELS)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .check(HOUSE);
    }

    @Test
    void the_kernels_have_no_dependency() {
        classes()
                .that()
                .resideInAPackage(KERNELS)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "jdk.incubator.vector..", "org.jspecify..", KERNELS)
                .check(HOUSE);
    }

    @Test
    void the_index_has_no_dependency_but_agrona_collections() {
        classes()
                .that()
                .resideInAPackage(INDEX)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "jdk.jfr..", "org.jspecify..", "org.agrona.collections..", KERNELS, INDEX)
                .check(HOUSE);
    }

    @Test
    void of_agrona_only_the_collections_are_used() {
        // The rest needs an --add-opens flag from whoever embeds us.
        noClasses()
                .should()
                .dependOnClassesThat(
                        resideInAPackage("org.agrona..").and(not(resideInAPackage("org.agrona.collections.."))))
                .check(HOUSE);
    }

    @Test
    void only_the_app_prints() {
        noClasses()
                .that()
                .resideOutsideOfPackages(APP, CHECKS)
                .should(ACCESS_STANDARD_STREAMS)
                .check(HOUSE);
    }

    @Test
    void only_the_app_exits() {
        noClasses()
                .that()
                .resideOutsideOfPackages(APP, CHECKS)
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(HOUSE);
    }

    @Test
    void static_fields_are_final() {
        fields().that().areStatic().should().beFinal().check(HOUSE);
    }

    @Test
    void static_fields_hold_no_state_that_changes() {
        noFields()
                .that()
                .areStatic()
                .should()
                .haveRawType(describe("a thread-local", type -> type.isAssignableTo(ThreadLocal.class)))
                .orShould()
                .haveRawType(resideInAPackage("java.util.concurrent.."))
                .orShould()
                .haveRawType(nameMatching("java\\.util\\.(\\w+(Map|Set|List|Deque|Queue)|BitSet|Random)"))
                .check(HOUSE);
    }
}
